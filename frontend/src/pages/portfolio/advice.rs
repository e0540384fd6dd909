//! What a reader would notice, in words: advice, never a gate.

use cairn_shared::framework::Standard;
use cairn_shared::ids::EntryId;
use cairn_shared::portfolio::Advice;
use yew::prelude::*;

use crate::router::{Query, Route};
use crate::ui::{Go, Note, Tone};
use crate::words::number;

/// A piece of advice in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The first sentence.
    pub title: String,
    /// The rest.
    pub text: &'static str,
    /// Where one can do something about it.
    pub entry: Option<EntryId>,
    /// The standard to add a moment for.
    pub standard: Option<Standard>,
}

/// Says a piece of advice.
pub fn say(advice: &Advice) -> Said {
    let said = |title: String, text, entry: Option<EntryId>, standard| Said { title, text, entry, standard };
    match advice {
        Advice::NothingLinked { standard } => said(
            format!("{} has no stones yet.", standard.short_title()),
            "Perhaps a passage that you have already written shows it. Link it, and say in a sentence what it shows.",
            None,
            Some(*standard),
        ),
        Advice::RoomForMore { standard, stones } => said(
            format!(
                "{} has {} {}.",
                standard.short_title(),
                number(*stones as usize),
                if *stones == 1 { "stone" } else { "stones" }
            ),
            if *stones == 1 {
                "That may be enough if it says it well."
            } else {
                "That may be enough if they say it well."
            },
            None,
            Some(*standard),
        ),
        Advice::StillADraft { entry_id, title } => {
            said(format!("“{title}” is still a draft."), "It stays out unless you finish it.", Some(*entry_id), None)
        }
        Advice::NoCaption { entry_id, name } => said(
            format!("“{name}” has no caption."),
            "A few words help a reader to see what it is.",
            Some(*entry_id),
            None,
        ),
        Advice::EvidenceStaysOut { entry_id, name } => said(
            format!("“{name}” stays out."),
            "It goes with your story once you have said that no pupil can be identified in it.",
            Some(*entry_id),
            None,
        ),
        Advice::NotExplained { entry_id, standard } => said(
            format!("A passage for {} has no sentence from you yet.", standard.short_title()),
            "Say what it shows, and it becomes a stone.",
            Some(*entry_id),
            None,
        ),
        Advice::Orphaned { entry_id, standard } => said(
            format!("A passage for {} is no longer in the text.", standard.short_title()),
            "Link its new words, or take the link away. Until then it stays out.",
            Some(*entry_id),
            None,
        ),
    }
}

/// Says why something stayed out of what was sent. What could be done about it then may be done by now.
pub fn say_sealed(advice: &Advice) -> Said {
    let now = say(advice);
    let (title, text) = match advice {
        Advice::StillADraft { title, .. } => (format!("“{title}”"), "was still a draft."),
        Advice::EvidenceStaysOut { name, .. } => {
            (format!("“{name}”"), "was not yet marked as showing nobody who can be identified.")
        }
        Advice::Orphaned { standard, .. } => {
            (format!("A link to {}:", standard.short_title()), "its words were no longer in the text.")
        }
        _ => (now.title, now.text),
    };
    Said { title, text, ..say(advice) }
}

/// Whether it is about something that stays out when the portfolio is sent.
pub fn stays_out(advice: &Advice) -> bool {
    matches!(advice, Advice::StillADraft { .. } | Advice::EvidenceStaysOut { .. } | Advice::Orphaned { .. })
}

/// The way to do something about it.
pub fn way(said: &Said) -> Html {
    match (said.entry, said.standard) {
        (Some(entry), _) => html! { <Go to={Route::Entry(entry.to_string().into())}>{ "Open it" }</Go> },
        (None, Some(standard)) => html! {
            <Go to={Route::StoryNew} query={Query::default().with("standard", standard.code())}>{ "Add a moment" }</Go>
        },
        (None, None) => Html::default(),
    }
}

/// Advice.
#[derive(Properties, PartialEq)]
pub struct AdviceNotesProps {
    /// What a reader would notice.
    pub advice: Vec<Advice>,
}

/// Advice as notes: each is about one thing, and leads to it.
#[component]
pub fn AdviceNotes(props: &AdviceNotesProps) -> Html {
    html! {
        <>
            { for props.advice.iter().map(|advice| {
                let said = say(advice);
                let tone = if said.standard.is_some() { Tone::More } else { Tone::Plain };
                let icon = if stays_out(advice) { Some("circle-dashed") } else { None };
                html! {
                    <Note {tone} {icon}>
                        <p><strong>{ &said.title }</strong>{ " " }{ said.text }{ " " }{ way(&said) }</p>
                    </Note>
                }
            }) }
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_is_said_in_whole_kind_sentences() {
        let entry_id: EntryId = uuid::Uuid::from_u128(1).into();
        let standard = Standard::S3;
        let all = [
            Advice::NothingLinked { standard },
            Advice::RoomForMore { standard, stones: 1 },
            Advice::RoomForMore { standard, stones: 2 },
            Advice::StillADraft { entry_id, title: "The fourteen seconds".into() },
            Advice::NoCaption { entry_id, name: "board.jpg".into() },
            Advice::EvidenceStaysOut { entry_id, name: "board.jpg".into() },
            Advice::NotExplained { entry_id, standard },
            Advice::Orphaned { entry_id, standard },
        ];
        for advice in &all {
            let said = say(advice);
            assert!(said.title.ends_with('.') && said.text.ends_with('.'), "{said:?}");
            assert!(said.entry.is_some() != said.standard.is_some());
            let words = format!("{} {}", said.title, said.text).to_lowercase();
            for never in ["missing", "incomplete", "insufficient", "fail"] {
                assert!(!words.contains(never), "{words}");
            }
        }
        assert_eq!(say(&all[2]).title, "Professionalism has two stones.");
    }
}
