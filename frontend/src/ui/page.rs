//! The frame of a page: its title in the tab, its `main`, its heading, and the focus on the heading after a move.

use yew::prelude::*;

use crate::hooks::use_title;
use crate::router;
use crate::ui::Skeleton;

/// A page.
#[derive(Properties, PartialEq)]
pub struct PageProps {
    /// Its title in the tab; " – Cairn" is added.
    pub title: AttrValue,
    /// `main`'s class.
    #[prop_or(Classes::from("wrap"))]
    pub class: Classes,
    /// Whether the children bring their own `<main id="main">`, as a page with a hero or two panes does.
    #[prop_or_default]
    pub raw: bool,
    /// What stands on it, with one `h1`.
    pub children: Html,
}

/// The frame of a page. Every page is in exactly one, also while it loads.
#[component]
pub fn Page(props: &PageProps) -> Html {
    use_title(&props.title);
    // After each render, because the heading may come later than the page.
    use_effect(router::focus_heading);
    if props.raw {
        props.children.clone()
    } else {
        html! { <main id="main" class={props.class.clone()}>{ props.children.clone() }</main> }
    }
}

/// A page that is still coming.
#[derive(Properties, PartialEq)]
pub struct ComingProps {
    /// Its title in the tab.
    pub title: AttrValue,
    /// What is coming, for readers of screens: "Loading your story".
    pub label: AttrValue,
    /// How many lines of text.
    #[prop_or(5)]
    pub lines: usize,
    /// Whether they stand on a card.
    #[prop_or(true)]
    pub card: bool,
}

/// A page that is still coming: its shape, under a heading that only readers of screens meet. The focus waits for the
/// heading that stays.
#[component]
pub fn Coming(props: &ComingProps) -> Html {
    html! {
        <Page title={props.title.clone()}>
            <h1 class="vh" data-coming="">{ "One moment" }</h1>
            <Skeleton label={props.label.clone()} lines={props.lines} card={props.card} />
        </Page>
    }
}

/// The top of a page.
#[derive(Properties, PartialEq)]
pub struct PageHeaderProps {
    /// The heading.
    pub title: AttrValue,
    /// A line above it: a date, a place, who can see it.
    #[prop_or_default]
    pub eyebrow: Html,
    /// A paragraph below it.
    #[prop_or_default]
    pub lead: Html,
    /// What can be done with the whole page, at the right.
    #[prop_or_default]
    pub actions: Html,
    /// The way back up: `<Back to=…>`.
    #[prop_or_default]
    pub back: Html,
    /// Whether the heading is of the smaller size, for tasks.
    #[prop_or_default]
    pub small: bool,
}

/// The top of a page: the way back, a line above, the heading, a lead.
#[component]
pub fn PageHeader(props: &PageHeaderProps) -> Html {
    let none = Html::default();
    html! {
        <>
            { props.back.clone() }
            <div class="row x head">
                <div class="flow t grow">
                    if props.eyebrow != none { <p class="eyebrow">{ props.eyebrow.clone() }</p> }
                    <h1 class={classes!(props.small.then_some("h2"))}>{ &props.title }</h1>
                    if props.lead != none { <p class="mut lead">{ props.lead.clone() }</p> }
                </div>
                if props.actions != none { <div class="row">{ props.actions.clone() }</div> }
            </div>
        </>
    }
}
