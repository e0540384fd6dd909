//! Places to write in. They grow with what is written; `Prose` is set as literature.

use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::Field;
use super::field::described;
use crate::browser::{method, window};

/// Words that somebody selected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// How many letters (Unicode scalar values) stand before it.
    pub start: usize,
    /// The words themselves. Empty where nothing is selected.
    pub text: String,
}

impl Selection {
    /// The selection between two places that the browser counts in UTF-16 units.
    fn cut(text: &str, from: u32, to: u32) -> Self {
        let (mut units, mut start, mut words) = (0_u32, 0, String::new());
        for letter in text.chars() {
            if units >= from && units < to {
                words.push(letter);
            } else if units < from {
                start += 1;
            }
            units += letter.len_utf16() as u32;
        }
        Self { start, text: words }
    }
}

/// A place to write in.
#[derive(Properties, PartialEq)]
pub struct TextAreaProps {
    /// Its id, where the error summary leads.
    pub id: AttrValue,
    /// The label.
    pub label: AttrValue,
    /// What stands in it.
    pub value: AttrValue,
    /// Told what stands in it now.
    pub oninput: Callback<String>,
    /// Told when it is left.
    #[prop_or_default]
    pub onblur: Callback<()>,
    /// Told what is selected.
    #[prop_or_default]
    pub onselect: Option<Callback<Selection>>,
    /// How many lines it has at least.
    #[prop_or(3)]
    pub rows: u32,
    /// Small words after the label.
    #[prop_or_default]
    pub aside: Option<AttrValue>,
    /// A sentence that helps.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// What needs putting right.
    #[prop_or_default]
    pub error: Option<AttrValue>,
    /// An invitation to write. Never the label.
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
    /// The most letters.
    #[prop_or_default]
    pub maxlength: Option<u32>,
    /// Whether the label is for readers of screens alone.
    #[prop_or_default]
    pub quiet: bool,
    /// Whether it is set as literature.
    #[prop_or_default]
    pub story: bool,
    /// The area itself, for the one who needs to hold it.
    #[prop_or_default]
    pub area: Option<NodeRef>,
}

/// Makes the area as tall as its text, where the stylesheet alone cannot.
fn grow(area: &HtmlTextAreaElement, least: u32) {
    let window = window();
    let css = js_sys::Reflect::get(&window, &"CSS".into()).unwrap_or_default();
    let native = method(&css, "supports")
        .and_then(|supports| supports.call2(&css, &"field-sizing".into(), &"content".into()).ok())
        .is_some_and(|yes| yes.is_truthy());
    if native {
        return;
    }
    let style = window.get_computed_style(area).ok().flatten();
    let size = |name: &str| {
        style.as_ref().and_then(|s| s.get_property_value(name).ok()).and_then(|text| {
            text.strip_suffix("px").and_then(|n| n.split('.').next().and_then(|n| n.parse::<i32>().ok()))
        })
    };
    let line = size("line-height").unwrap_or(26).max(10);
    let padding = size("padding-top").unwrap_or(8) + size("padding-bottom").unwrap_or(8);
    let y = window.scroll_y().unwrap_or(0.0);
    area.set_rows(least);
    let lines = (area.scroll_height() - padding + line - 1) / line;
    area.set_rows(least.max(lines.max(1) as u32));
    window.scroll_to_with_x_and_y(window.scroll_x().unwrap_or(0.0), y);
}

/// A place to write in that grows.
#[component]
pub fn TextArea(props: &TextAreaProps) -> Html {
    let own = use_node_ref();
    let area = props.area.clone().unwrap_or(own);
    use_effect_with((props.value.clone(), props.rows), {
        let area = area.clone();
        move |(_, rows)| {
            if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                grow(&area, *rows);
            }
        }
    });
    let oninput =
        props.oninput.reform(|event: InputEvent| event.target_unchecked_into::<HtmlTextAreaElement>().value());
    let onblur = props.onblur.reform(|_: FocusEvent| ());
    let onselect = props.onselect.as_ref().map(|onselect| {
        onselect.reform(|event: Event| {
            let area = event.target_unchecked_into::<HtmlTextAreaElement>();
            let place = |at: Result<Option<u32>, _>| at.ok().flatten().unwrap_or(0);
            Selection::cut(&area.value(), place(area.selection_start()), place(area.selection_end()))
        })
    });
    html! {
        <Field
            id={props.id.clone()}
            label={props.label.clone()}
            aside={props.aside.clone()}
            hint={props.hint.clone()}
            error={props.error.clone()}
            quiet={props.quiet}
        >
            <textarea
                ref={area}
                id={props.id.clone()}
                class={classes!("grows", props.story.then_some("story"))}
                value={props.value.clone()}
                rows={props.rows.to_string()}
                {oninput}
                {onblur}
                {onselect}
                placeholder={props.placeholder.clone()}
                maxlength={props.maxlength.map(|n| n.to_string())}
                aria-describedby={described(&props.id, props.hint.is_some(), props.error.is_some())}
                aria-invalid={props.error.is_some().then_some("true")}
            />
        </Field>
    }
}

/// A place to tell a story in: [`TextArea`] with its words set as literature. It takes the same properties.
#[component]
pub fn Prose(props: &TextAreaProps) -> Html {
    html! {
        <TextArea
            id={props.id.clone()}
            label={props.label.clone()}
            value={props.value.clone()}
            oninput={props.oninput.clone()}
            onblur={props.onblur.clone()}
            onselect={props.onselect.clone()}
            rows={props.rows}
            aside={props.aside.clone()}
            hint={props.hint.clone()}
            error={props.error.clone()}
            placeholder={props.placeholder.clone()}
            maxlength={props.maxlength}
            quiet={props.quiet}
            story=true
            area={props.area.clone()}
        />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selections_are_counted_in_letters() {
        let text = "“Let’s 🪨 try that again”";
        // The stone takes two UTF-16 units.
        assert_eq!(Selection::cut(text, 7, 9), Selection { start: 7, text: "🪨".into() });
        assert_eq!(Selection::cut(text, 10, 13), Selection { start: 9, text: "try".into() });
        assert_eq!(Selection::cut(text, 4, 4), Selection { start: 4, text: String::new() });
        assert_eq!(Selection::cut("", 0, 0), Selection::default());
    }
}
