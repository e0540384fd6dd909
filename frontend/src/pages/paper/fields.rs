//! What a cover sheet says, as it is written: the parts, where they are handed in, by when, and a word to the readers.

use cairn_shared::paper::DescribePaper;
use cairn_shared::text::{Draft, Line};
use cairn_shared::time::Date;
use yew::prelude::*;

use crate::parts::problem_at;
use crate::ui::{FormProblem, TextArea, TextField};

const PARTS: &str = "paper-parts";
const HAND_IN: &str = "paper-hand-in";
const PROMISED: &str = "paper-promised";
const NOTE: &str = "paper-note";

/// What stands in the fields.
#[derive(Clone, Debug, PartialEq)]
pub struct PaperText {
    /// What will arrive.
    pub parts: String,
    /// Where it is handed in.
    pub hand_in: String,
    /// By which day, as a date field writes it.
    pub promised_for: String,
    /// A word to the readers.
    pub note: String,
}

impl PaperText {
    /// Empty fields, with a day to begin from.
    pub fn new(promised_for: Date) -> Self {
        Self {
            parts: String::new(),
            hand_in: String::new(),
            promised_for: promised_for.to_string(),
            note: String::new(),
        }
    }

    /// The fields as a cover sheet can take them, or what is still to be written.
    pub fn complete(&self) -> Result<DescribePaper, Vec<FormProblem>> {
        let mut needs = Vec::new();
        let parts = Line::new(self.parts.as_str())
            .map_err(|e| needs.push(FormProblem::at(PARTS, said(&self.parts, "Say what will arrive", e))));
        let hand_in = Line::new(self.hand_in.as_str())
            .map_err(|e| needs.push(FormProblem::at(HAND_IN, said(&self.hand_in, "Say where it is handed in", e))));
        let promised_for = self
            .promised_for
            .parse::<Date>()
            .map_err(|_| needs.push(FormProblem::at(PROMISED, "Say on which day it will be handed in")));
        let note = Draft::new(self.note.trim()).map_err(|e| needs.push(FormProblem::at(NOTE, e.to_string())));
        match (parts, hand_in, promised_for, note) {
            (Ok(parts), Ok(hand_in), Ok(promised_for), Ok(note)) => {
                Ok(DescribePaper { parts, hand_in, promised_for, note })
            }
            _ => Err(needs),
        }
    }
}

impl From<&DescribePaper> for PaperText {
    fn from(words: &DescribePaper) -> Self {
        Self {
            parts: words.parts.to_string(),
            hand_in: words.hand_in.to_string(),
            promised_for: words.promised_for.to_string(),
            note: words.note.to_string(),
        }
    }
}

fn said(text: &str, empty: &str, problem: cairn_shared::text::TextProblem) -> String {
    if text.trim().is_empty() { empty.to_owned() } else { problem.to_string() }
}

/// The field that a pointer of the server means; `pointer` begins behind the paper.
pub fn field_of(pointer: &str) -> Option<AttrValue> {
    Some(AttrValue::Static(match pointer {
        "" | "/parts" => PARTS,
        "/hand_in" => HAND_IN,
        "/promised_for" => PROMISED,
        "/note" => NOTE,
        _ => return None,
    }))
}

/// The fields.
#[derive(Properties, PartialEq)]
pub struct PaperFieldsProps {
    /// What stands in them.
    pub value: PaperText,
    /// Told what stands in them now.
    pub onchange: Callback<PaperText>,
    /// What needs putting right.
    pub problems: Vec<FormProblem>,
    /// The earliest day.
    pub today: Date,
    /// Whether they are written for somebody else.
    #[prop_or_default]
    pub for_other: bool,
}

/// The fields.
#[component]
pub fn PaperFields(props: &PaperFieldsProps) -> Html {
    let PaperFieldsProps { value, problems, for_other, .. } = props;
    let write = |change: fn(&mut PaperText, String)| {
        let (value, onchange) = (value.clone(), props.onchange.clone());
        Callback::from(move |text: String| {
            let mut now = value.clone();
            change(&mut now, text);
            onchange.emit(now);
        })
    };
    html! {
        <>
            <TextField
                id={PARTS}
                label="What will arrive?"
                hint="How many binders, folders, boxes. It stands on the cover sheet."
                placeholder="One ring binder and a display folder"
                maxlength={200}
                value={value.parts.clone()}
                oninput={write(|now, text| now.parts = text)}
                error={problem_at(problems, PARTS)}
            />
            <TextField
                id={HAND_IN}
                label={if *for_other { "Where is it handed in?" } else { "Where will you hand it in?" }}
                hint="The school office, the university’s front desk, a tutor on a visit."
                maxlength={200}
                value={value.hand_in.clone()}
                oninput={write(|now, text| now.hand_in = text)}
                error={problem_at(problems, HAND_IN)}
            />
            <TextField
                id={PROMISED}
                kind="date"
                class="narrow"
                label="By which day?"
                hint="It counts as sent from today. Its reading starts when it has arrived."
                min={props.today.to_string()}
                value={value.promised_for.clone()}
                oninput={write(|now, text| now.promised_for = text)}
                error={problem_at(problems, PROMISED)}
            />
            <TextArea
                id={NOTE}
                label="A word to your readers"
                aside="If you like"
                hint="Where to begin, or what to handle with care."
                rows=2
                maxlength={2000}
                value={value.note.clone()}
                oninput={write(|now, text| now.note = text)}
                error={problem_at(problems, NOTE)}
            />
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_still_to_be_written_is_named_field_by_field() {
        let text = PaperText::new("2027-02-26".parse().unwrap());
        let needs = text.complete().unwrap_err();
        assert_eq!(needs.iter().map(|p| p.field.as_str()).collect::<Vec<_>>(), [PARTS, HAND_IN]);
        let text = PaperText { parts: "A box".into(), hand_in: "The desk".into(), ..text };
        assert_eq!(PaperText::from(&text.complete().unwrap()), text);
        let text = PaperText { promised_for: "soon".into(), ..text };
        assert_eq!(text.complete().unwrap_err()[0].field, PROMISED);
    }
}
