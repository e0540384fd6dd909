//! The same text to write in: title, day, and an area that grows.

use cairn_shared::entry::Title;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::places::{characters, selected_in_area, units};
use super::writing::Words;
use crate::hooks::Draft;
use crate::ui::{Button, ButtonKind, Icon, Note, Prose, TextField, Tone};
use crate::words::Day;

/// The text to write in.
#[derive(Properties)]
pub struct EditorProps {
    /// What is written, and how it stands with saving it.
    pub draft: Draft<Words>,
    /// Told which words to link, in characters.
    pub onlink: Callback<(usize, usize)>,
    /// Whether the words are chosen for a link that lost its own.
    #[prop_or_default]
    pub moving: bool,
    /// The form that links them, while it is open.
    #[prop_or_default]
    pub children: Html,
}

impl PartialEq for EditorProps {
    fn eq(&self, _: &Self) -> bool {
        // A draft does not tell whether it has changed; it asks for a new drawing when it has.
        false
    }
}

/// Makes the lines that a selection touches a quotation, or ordinary lines again. Positions are characters.
fn quoted(text: &str, start: usize, end: usize) -> String {
    let mut at = 0;
    let lines: Vec<(bool, &str)> = text
        .split('\n')
        .map(|line| {
            let (from, to) = (at, at + line.chars().count());
            at = to + 1;
            // A selection that ends before the first letter of a line does not touch it.
            let touched = start <= to && (end > from || (start == end && start >= from));
            (touched, line)
        })
        .collect();
    let mut written = lines.iter().filter(|(touched, line)| *touched && !line.is_empty()).peekable();
    let all = written.peek().is_some() && written.all(|(_, line)| line.starts_with('>'));
    let lines: Vec<String> = lines
        .into_iter()
        .map(|(touched, line)| match (touched, all) {
            (true, true) => line.strip_prefix("> ").or(line.strip_prefix('>')).unwrap_or(line).to_owned(),
            (true, false) if !line.starts_with('>') => format!("> {line}"),
            _ => line.to_owned(),
        })
        .collect();
    lines.join("\n")
}

/// The text to write in.
#[component]
pub fn Editor(props: &EditorProps) -> Html {
    let area = use_node_ref();
    let nothing = use_state_eq(|| false);
    let draft = &props.draft;
    let change = |change: fn(&mut Words, String)| {
        let draft = draft.clone();
        Callback::from(move |text| draft.change(|words| change(words, text)))
    };
    let link = {
        let (area, onlink, nothing) = (area.clone(), props.onlink.clone(), nothing.setter());
        Callback::from(move |()| {
            let selected = area.cast::<HtmlTextAreaElement>().as_ref().and_then(selected_in_area);
            nothing.set(selected.is_none());
            if let Some(selected) = selected {
                onlink.emit(selected);
            }
        })
    };
    let quote = {
        let (area, draft) = (area.clone(), draft.clone());
        Callback::from(move |()| {
            let Some(area) = area.cast::<HtmlTextAreaElement>() else { return };
            let text = area.value();
            let place = |at: Result<Option<u32>, _>| characters(&text, at.ok().flatten().unwrap_or(0) as usize);
            let (start, end) = (place(area.selection_start()), place(area.selection_end()));
            let new = quoted(&text, start, end);
            let caret = units(&new, end + new.chars().count().saturating_sub(text.chars().count())) as u32;
            area.set_value(&new);
            let _ = area.set_selection_range(caret, caret);
            let _ = area.focus();
            draft.change(|words| words.text = new);
        })
    };
    let title_problem = match draft.value.title.trim() {
        "" => None,
        title => Title::new(title).err().map(|problem| AttrValue::from(problem.to_string())),
    };
    html! {
        <div class="flow">
            <TextField
                id="title"
                label="Title"
                aside="It can wait"
                value={draft.value.title.clone()}
                oninput={change(|words, text| words.title = text)}
                onblur={draft.blur()}
                maxlength=160
                error={title_problem}
            />
            <TextField
                id="happened-on"
                label="When was it?"
                kind="date"
                class="narrow"
                value={draft.value.happened_on.clone()}
                oninput={change(|words, text| words.happened_on = text)}
                onblur={draft.blur()}
                max={Day::today().0.to_string()}
            />
            <div class="tools flow t">
                <div class="row t" role="group" aria-label="Writing">
                    <Button kind={ButtonKind::Quiet} small=true icon="link-2" onclick={link}>
                        { if props.moving { "Link it to these words" } else { "Link a passage" } }
                    </Button>
                    <Button kind={ButtonKind::Quiet} small=true icon="quote" onclick={quote}>{ "Quotation" }</Button>
                </div>
                if *nothing {
                    <Note tone={Tone::Info} icon="quote" small=true live=true>
                        <p>{ "Choose some words in your writing first: with the mouse, a finger, or Shift and the arrow keys. Then press the button again." }</p>
                    </Note>
                }
                { props.children.clone() }
            </div>
            <Prose
                id="text"
                label="Your writing"
                value={draft.value.text.clone()}
                oninput={
                    let (draft, nothing) = (draft.clone(), nothing.setter());
                    Callback::from(move |text| {
                        nothing.set(false);
                        draft.change(|words| words.text = text);
                    })
                }
                onblur={draft.blur()}
                rows=8
                maxlength=60000
                placeholder="Write as you would tell it."
                area={area}
            />
            <p class="sm mut row n t top-line"><Icon name="shield-check" />{ "Please use initials for trainees. Pupils are never named." }</p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_is_made_and_unmade() {
        let text = "She said:\nI planned.\nI did not think.\n\nThen";
        let made = quoted(text, 10, 36);
        assert_eq!(made, "She said:\n> I planned.\n> I did not think.\n\nThen");
        assert_eq!(quoted(&made, 12, 36), text);
        assert_eq!(quoted("One", 3, 3), "> One");
        assert_eq!(quoted("> One", 0, 0), "One");
        assert_eq!(quoted("", 0, 0), "> ");
        assert_eq!(quoted("One\nTwo", 0, 4), "> One\nTwo");
    }
}
