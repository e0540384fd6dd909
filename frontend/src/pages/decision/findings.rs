//! What a panel found, standard by standard, while it is being written: evidenced with a note, or suggestions.

use cairn_shared::decision::{BoardCard, Finding};
use cairn_shared::framework::{PerStandard, Standard};
use cairn_shared::list::NonEmpty;
use cairn_shared::review::{Judgement, Suggestion};
use cairn_shared::text::{Draft, Line, Prose, TextProblem};
use yew::prelude::*;

use crate::parts::{StandardMark, problem_at};
use crate::ui::{Button, ButtonKind, Choice, FormProblem, Segmented, Tag, TextArea, TextField, Tone};

/// One suggestion that is being written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SuggestionText {
    /// What is already there.
    pub already_there: String,
    /// What would help.
    pub would_help: String,
    /// Who can help.
    pub who_can_help: String,
}

impl From<&Suggestion> for SuggestionText {
    fn from(suggestion: &Suggestion) -> Self {
        Self {
            already_there: suggestion.already_there.to_string(),
            would_help: suggestion.would_help.to_string(),
            who_can_help: suggestion.who_can_help.as_ref().map(ToString::to_string).unwrap_or_default(),
        }
    }
}

/// One standard's finding that is being written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FindingText {
    /// Whether it is evidenced; neither at first.
    pub evidenced: Option<bool>,
    /// What showed it.
    pub note: String,
    /// What would help, kept also while the standard is evidenced.
    pub suggestions: Vec<SuggestionText>,
}

/// All four findings that are being written.
pub type FindingsText = PerStandard<FindingText>;

fn found_id(s: Standard) -> String {
    format!("found-{s}")
}

fn field_id(name: &str, s: Standard, at: usize) -> String {
    format!("{name}-{s}-{at}")
}

/// The findings as they stand on the board, for the dialog that opens: what was decided, else what the readers found.
/// With `award`, every standard begins as evidenced, and the readers' suggestions wait behind it.
pub fn begin(card: &BoardCard, award: bool) -> FindingsText {
    if let Some(decision) = &card.decision {
        return written(&decision.findings);
    }
    PerStandard::from_fn(|s| {
        let mut suggestions: Vec<SuggestionText> = Vec::new();
        for reading in &card.readings {
            if let Some(Judgement::MoreNeeded { suggestion }) = reading.judgements.get(s) {
                let text = SuggestionText::from(suggestion);
                if !suggestions.contains(&text) {
                    suggestions.push(text);
                }
            }
        }
        let evidenced = award || *card.secured.get(s) || suggestions.is_empty();
        FindingText { evidenced: Some(evidenced), note: String::new(), suggestions }
    })
}

/// Findings that were recorded, to be written anew.
pub fn written(findings: &PerStandard<Finding>) -> FindingsText {
    PerStandard::from_fn(|s| match findings.get(s) {
        Finding::Evidenced { note } => {
            FindingText { evidenced: Some(true), note: note.to_string(), suggestions: Vec::new() }
        }
        Finding::MoreNeeded { suggestions } => FindingText {
            evidenced: Some(false),
            note: String::new(),
            suggestions: suggestions.iter().map(SuggestionText::from).collect(),
        },
    })
}

/// How many standards are open in it.
pub fn open(text: &FindingsText) -> usize {
    text.iter().filter(|(_, finding)| finding.evidenced == Some(false)).count()
}

/// The findings as they can be recorded, or all that they still need.
pub fn complete(text: &FindingsText) -> Result<PerStandard<Finding>, Vec<FormProblem>> {
    let mut needs = Vec::new();
    let done = PerStandard::from_fn(|s| finish(s, text.get(s), &mut needs));
    match (done.s1, done.s2, done.s3, done.s4) {
        (Some(s1), Some(s2), Some(s3), Some(s4)) if needs.is_empty() => Ok(PerStandard { s1, s2, s3, s4 }),
        _ => Err(needs),
    }
}

fn finish(s: Standard, text: &FindingText, needs: &mut Vec<FormProblem>) -> Option<Finding> {
    let named = format!("standard {}, {}", s.number(), s.short_title());
    let mut need = |id: String, words: String| needs.push(FormProblem::at(id, words));
    match text.evidenced {
        None => {
            need(found_id(s), format!("Choose “Evidenced” or “A little more” for {named}."));
            None
        }
        Some(true) => match Draft::new(text.note.clone()) {
            Ok(note) => Some(Finding::Evidenced { note }),
            Err(problem) => {
                need(field_id("note", s, 0), problem.to_string());
                None
            }
        },
        Some(false) => {
            let none = [SuggestionText::default()];
            let all = if text.suggestions.is_empty() { &none[..] } else { &text.suggestions };
            let mut suggestions = Vec::new();
            for (at, one) in all.iter().enumerate() {
                let would_help = Prose::new(one.would_help.clone()).map_err(|problem| {
                    let words = match problem {
                        TextProblem::Empty => format!("Say what would help for {named}."),
                        other => other.to_string(),
                    };
                    need(field_id("help", s, at), words);
                });
                let already_there = Draft::new(one.already_there.clone())
                    .map_err(|problem| need(field_id("there", s, at), problem.to_string()));
                let who_can_help = match one.who_can_help.trim() {
                    "" => Ok(None),
                    who => {
                        Line::new(who).map(Some).map_err(|problem| need(field_id("who", s, at), problem.to_string()))
                    }
                };
                if let (Ok(would_help), Ok(already_there), Ok(who_can_help)) = (would_help, already_there, who_can_help)
                {
                    suggestions.push(Suggestion { already_there, would_help, who_can_help });
                }
            }
            NonEmpty::new(suggestions).ok().map(|suggestions| Finding::MoreNeeded { suggestions })
        }
    }
}

/// The field that a pointer of the server means.
pub fn field_of(pointer: &str) -> Option<AttrValue> {
    let mut parts = pointer.strip_prefix("/findings/")?.split('/');
    let standard: Standard = parts.next()?.parse().ok()?;
    let rest: Vec<&str> = parts.collect();
    let id = match rest[..] {
        ["note"] => field_id("note", standard, 0),
        ["suggestions", at, "would_help"] => field_id("help", standard, at.parse().ok()?),
        ["suggestions", at, "already_there"] => field_id("there", standard, at.parse().ok()?),
        ["suggestions", at, "who_can_help"] => field_id("who", standard, at.parse().ok()?),
        _ => found_id(standard),
    };
    Some(id.into())
}

/// The four findings.
#[derive(Properties, PartialEq)]
pub struct FindingsProps {
    /// What is written.
    pub value: FindingsText,
    /// Standards that are secured: shown, and closed.
    pub secured: PerStandard<bool>,
    /// What is said of a standard that is closed.
    #[prop_or(AttrValue::Static("Secured before"))]
    pub closed: AttrValue,
    /// What is to be put right.
    pub problems: Vec<FormProblem>,
    /// Told what is written now.
    pub onchange: Callback<FindingsText>,
}

/// The four findings, to be written.
#[component]
pub fn Findings(props: &FindingsProps) -> Html {
    html! {
        <>
            { for Standard::ALL.iter().map(|s| {
                let change = {
                    let (value, onchange, s) = (props.value.clone(), props.onchange.clone(), *s);
                    Callback::from(move |finding: FindingText| {
                        let mut value = value.clone();
                        *value.get_mut(s) = finding;
                        onchange.emit(value);
                    })
                };
                html! {
                    <OneFinding
                        key={s.code()}
                        standard={*s}
                        value={props.value.get(*s).clone()}
                        closed={props.secured.get(*s).then(|| props.closed.clone())}
                        problems={props.problems.clone()}
                        onchange={change}
                    />
                }
            }) }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct OneFindingProps {
    standard: Standard,
    value: FindingText,
    /// What is said of it, where it is closed.
    closed: Option<AttrValue>,
    problems: Vec<FormProblem>,
    onchange: Callback<FindingText>,
}

#[component]
fn OneFinding(props: &OneFindingProps) -> Html {
    let OneFindingProps { standard: s, value, .. } = props;
    let s = *s;
    let error = |id: &str| problem_at(&props.problems, id);
    if let Some(closed) = &props.closed {
        return html! {
            <div class="rub flow t">
                <div class="row x">
                    <StandardMark number={usize::from(s.number())} />
                    <Tag tone={Tone::Good} icon="shield-check">{ closed }</Tag>
                </div>
                if !value.note.trim().is_empty() { <p class="sm prewrap" dir="auto">{ &value.note }</p> }
            </div>
        };
    }
    let change = |edit: fn(&mut FindingText, String)| {
        let (value, onchange) = (value.clone(), props.onchange.clone());
        Callback::from(move |text: String| {
            let mut value = value.clone();
            edit(&mut value, text);
            onchange.emit(value);
        })
    };
    let choose = {
        let (value, onchange) = (value.clone(), props.onchange.clone());
        Callback::from(move |chosen: AttrValue| {
            let mut value = value.clone();
            value.evidenced = Some(chosen == "evidenced");
            if chosen == "more" && value.suggestions.is_empty() {
                value.suggestions.push(SuggestionText::default());
            }
            onchange.emit(value);
        })
    };
    let add = {
        let (value, onchange) = (value.clone(), props.onchange.clone());
        Callback::from(move |()| {
            let mut value = value.clone();
            value.suggestions.push(SuggestionText::default());
            onchange.emit(value);
        })
    };
    let named = format!("standard {}, {}", s.number(), s.short_title());
    let found = found_id(s);
    html! {
        <div class="rub flow t">
            <StandardMark number={usize::from(s.number())} />
            <Segmented
                id={found.clone()}
                legend={format!("Standard {}, {}", s.number(), s.short_title())}
                quiet=true
                options={judgement_choices()}
                value={value.evidenced.map(|yes| AttrValue::Static(if yes { "evidenced" } else { "more" }))}
                onchange={choose}
                error={error(&found)}
            />
            { match value.evidenced {
                Some(true) => html! {
                    <TextArea
                        id={field_id("note", s, 0)}
                        label="What showed it"
                        aside="If you like, in a sentence"
                        rows=1
                        value={value.note.clone()}
                        oninput={change(|finding, text| finding.note = text)}
                        error={error(&field_id("note", s, 0))}
                    />
                },
                Some(false) => html! {
                    <>
                        { for value.suggestions.iter().enumerate().map(|(at, one)| {
                            let edit = {
                                let (value, onchange) = (value.clone(), props.onchange.clone());
                                Callback::from(move |one: Option<SuggestionText>| {
                                    let mut value = value.clone();
                                    match one {
                                        Some(one) => value.suggestions[at] = one,
                                        None => drop(value.suggestions.remove(at)),
                                    }
                                    onchange.emit(value);
                                })
                            };
                            html! {
                                <OneSuggestion
                                    key={at}
                                    standard={s}
                                    {at}
                                    of={value.suggestions.len()}
                                    value={one.clone()}
                                    problems={props.problems.clone()}
                                    onchange={edit}
                                />
                            }
                        }) }
                        if value.suggestions.len() < 10 {
                            <Button kind={ButtonKind::Text} small=true icon="plus" class="start" onclick={add}>
                                { "Another suggestion" }<span class="vh">{ format!(" for {named}") }</span>
                            </Button>
                        }
                    </>
                },
                None => Html::default(),
            } }
        </div>
    }
}

/// *Evidenced* and *A little more*. There is no third.
pub fn judgement_choices() -> Vec<Choice> {
    vec![
        Choice::new("evidenced", "Evidenced").icon("circle-check").class("good"),
        Choice::new("more", "A little more").icon("circle-plus").class("more"),
    ]
}

#[derive(Properties, PartialEq)]
struct OneSuggestionProps {
    standard: Standard,
    at: usize,
    of: usize,
    value: SuggestionText,
    problems: Vec<FormProblem>,
    /// Told what it says now; nothing, where it is taken away.
    onchange: Callback<Option<SuggestionText>>,
}

#[component]
fn OneSuggestion(props: &OneSuggestionProps) -> Html {
    let OneSuggestionProps { standard: s, at, value, .. } = props;
    let (s, at) = (*s, *at);
    let change = |edit: fn(&mut SuggestionText, String)| {
        let (value, onchange) = (value.clone(), props.onchange.clone());
        Callback::from(move |text: String| {
            let mut value = value.clone();
            edit(&mut value, text);
            onchange.emit(Some(value));
        })
    };
    let (there, help, who) = (field_id("there", s, at), field_id("help", s, at), field_id("who", s, at));
    let several = (props.of > 1).then(|| format!("Suggestion {}", at + 1));
    html! {
        <fieldset class="card p flow t">
            <legend class="vh">
                { format!("{}, standard {}, {}", several.as_deref().unwrap_or("Suggestion"), s.number(), s.short_title()) }
            </legend>
            <TextArea
                id={there.clone()}
                label="What is already there"
                aside="If you like"
                rows=1
                value={value.already_there.clone()}
                oninput={change(|one, text| one.already_there = text)}
                error={problem_at(&props.problems, &there)}
            />
            <TextArea
                id={help.clone()}
                label="What would help"
                rows=2
                value={value.would_help.clone()}
                oninput={change(|one, text| one.would_help = text)}
                error={problem_at(&props.problems, &help)}
            />
            <TextField
                id={who.clone()}
                label="Who can help"
                aside="If you like"
                value={value.who_can_help.clone()}
                oninput={change(|one, text| one.who_can_help = text)}
                error={problem_at(&props.problems, &who)}
            />
            if props.of > 1 {
                <Button
                    kind={ButtonKind::Text}
                    small=true
                    icon="x"
                    class="start"
                    onclick={props.onchange.reform(|()| None)}
                >
                    { "Leave this one out" }<span class="vh">{ format!(" – suggestion {}", at + 1) }</span>
                </Button>
            }
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidenced() -> FindingsText {
        PerStandard::from_fn(|_| FindingText { evidenced: Some(true), ..FindingText::default() })
    }

    #[test]
    fn what_is_not_chosen_or_not_said_is_named() {
        let needs = complete(&FindingsText::default()).unwrap_err();
        assert_eq!(
            needs.iter().map(|n| n.field.as_str()).collect::<Vec<_>>(),
            ["found-s1", "found-s2", "found-s3", "found-s4"]
        );
        let mut text = evidenced();
        assert!(complete(&text).is_ok());
        text.s3 = FindingText { evidenced: Some(false), ..FindingText::default() };
        let needs = complete(&text).unwrap_err();
        assert_eq!((needs.len(), needs[0].field.as_str()), (1, "help-s3-0"));
        assert_eq!(needs[0].text, "Say what would help for standard 3, Professionalism.");
        text.s3.suggestions =
            vec![SuggestionText { would_help: "A line on parents’ evening.".into(), ..SuggestionText::default() }];
        assert!(matches!(complete(&text).unwrap().s3, Finding::MoreNeeded { .. }));
        assert_eq!(open(&text), 1);
    }

    #[test]
    fn pointers_lead_to_their_fields() {
        assert_eq!(field_of("/findings/s3/suggestions/1/would_help").unwrap(), "help-s3-1");
        assert_eq!(field_of("/findings/s2").unwrap(), "found-s2");
        assert_eq!(field_of("/message"), None);
    }
}
