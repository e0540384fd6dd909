//! The links of an entry, beside its text: what each shows, changing and taking away. A link whose words are gone from
//! the text is shown to its writer, never dropped.

use cairn_shared::entry::StandardLink;
use cairn_shared::ids::LinkId;
use yew::prelude::*;

use super::linking::{LinkForm, Tie};
use super::places::beginning;
use crate::api::ApiError;
use crate::parts::StandardMark;
use crate::ui::{Button, ButtonKind, Icon, Menu};

/// The links.
#[derive(Properties, PartialEq)]
pub struct LinksProps {
    /// All of them, in the order of the text.
    pub links: Vec<StandardLink>,
    /// Those whose words are not in the text as it stands.
    pub lost: Vec<LinkId>,
    /// The one that is being changed.
    #[prop_or_default]
    pub changing: Option<LinkId>,
    /// The one that looks for other words.
    #[prop_or_default]
    pub moving: Option<LinkId>,
    /// Whether something is being done.
    #[prop_or_default]
    pub busy: bool,
    /// Why the change was not made.
    #[prop_or_default]
    pub trouble: Option<ApiError>,
    /// Told which one to change; none to stop.
    pub onchange: Callback<Option<LinkId>>,
    /// Told what it is to be.
    pub onchanged: Callback<(LinkId, Tie)>,
    /// Told which one to take away.
    pub onunlink: Callback<StandardLink>,
    /// Told which one looks for other words; none to stop.
    pub onmove: Callback<Option<LinkId>>,
    /// Ties the whole entry.
    pub onwhole: Callback<()>,
}

/// The links of an entry.
#[component]
pub fn Links(props: &LinksProps) -> Html {
    let (lost, found): (Vec<_>, Vec<_>) = props.links.iter().partition(|link| props.lost.contains(&link.id));
    html! {
        <section aria-labelledby="linked">
            <h2 id="linked" class="q2">{ "Linked passages" }</h2>
            if found.is_empty() {
                <p class="sm mut gap-top">
                    { "Choose some words in the text to say which standard they speak to. With a sentence beside it, a passage becomes a stone." }
                </p>
            } else {
                <ul class="tl gap-top">{ for found.into_iter().map(|link| shown(props, link)) }</ul>
            }
            if !lost.is_empty() {
                <ul class="tl gap-top" aria-label="Links whose words have gone">{ for lost.into_iter().map(|link| orphan(props, link)) }</ul>
            }
            <Button kind={ButtonKind::Text} icon="plus" class="edge" onclick={props.onwhole.clone()}>{ "Link the whole entry" }</Button>
        </section>
    }
}

fn name(link: &StandardLink) -> &'static str {
    link.standard.short_title()
}

fn shown(props: &LinksProps, link: &StandardLink) -> Html {
    let id = link.id;
    if props.changing == Some(id) {
        let onlink = props.onchanged.reform(move |tie| (id, tie));
        return html! {
            <li key={id.to_string()} id={format!("link-{id}")}>
                <LinkForm
                    title="Change this link"
                    action="Save it"
                    quote={link.anchor.as_ref().map(|anchor| AttrValue::from(anchor.quote.to_string()))}
                    standard={link.standard}
                    shows={link.shows.as_ref().map(ToString::to_string).unwrap_or_default()}
                    busy={props.busy}
                    trouble={props.trouble.clone()}
                    {onlink}
                    onclose={props.onchange.reform(|()| None)}
                />
            </li>
        };
    }
    let unlink = {
        let link = link.clone();
        props.onunlink.reform(move |()| link.clone())
    };
    html! {
        <li key={id.to_string()} id={format!("link-{id}")} class="top-line" tabindex="-1">
            <span class="flow t grow">
                <StandardMark number={usize::from(link.standard.number())} />
                <span class="sm serif quote-words thin" dir="auto">
                    { match &link.anchor {
                        Some(anchor) => format!("“{}”", beginning(anchor.quote.as_str(), 90)),
                        None => "The whole entry".to_owned(),
                    } }
                </span>
                <span class="sm mut" dir="auto">
                    { link.shows.as_ref().map_or_else(|| "No sentence yet, so no stone yet.".to_owned(), ToString::to_string) }
                </span>
            </span>
            <Menu label={format!("More about this link to {}", name(link))}>
                <Button kind={ButtonKind::Text} icon="pencil-line" onclick={props.onchange.reform(move |()| Some(id))}>
                    { if link.shows.is_some() { "Change it" } else { "Say what it shows" } }
                </Button>
                <Button kind={ButtonKind::Text} icon="x" onclick={unlink}>{ "Take the link away" }</Button>
            </Menu>
        </li>
    }
}

fn orphan(props: &LinksProps, link: &StandardLink) -> Html {
    let id = link.id;
    let unlink = {
        let link = link.clone();
        props.onunlink.reform(move |()| link.clone())
    };
    html! {
        <li key={id.to_string()} id={format!("link-{id}")} tabindex="-1">
            <div class="note more sm grow">
                <Icon name="link-2" />
                <div class="flow t grow">
                    <StandardMark number={usize::from(link.standard.number())} />
                    <p><strong>{ "These words are no longer in the text." }</strong></p>
                    if let Some(anchor) = &link.anchor { <p class="serif quote-words thin" dir="auto">{ format!("“{}”", anchor.quote) }</p> }
                    if let Some(shows) = &link.shows { <p dir="auto">{ format!("You said of them: {shows}") }</p> }
                    <div class="row t">
                        if props.moving == Some(id) {
                            <Button kind={ButtonKind::Quiet} small=true onclick={props.onmove.reform(|()| None)}>{ "Leave it for now" }</Button>
                        } else {
                            <Button kind={ButtonKind::Quiet} small=true icon="quote" onclick={props.onmove.reform(move |()| Some(id))}>{ "Link it to other words" }</Button>
                        }
                        <Button kind={ButtonKind::Text} onclick={unlink}>{ "Take it away" }</Button>
                    </div>
                </div>
            </div>
        </li>
    }
}
