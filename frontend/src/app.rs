//! The app: what surrounds every page, and which page an address shows.

use cairn_shared::person::Role;
use cairn_shared::session::Me;
use yew::prelude::*;

use crate::art::{Logo, OneCairn};
use crate::browser::by_id;
use crate::notices::NoticesProvider;
use crate::pages;
use crate::partnership::{Partnership, use_partnership};
use crate::parts::{Shortcuts, SignOut};
use crate::pieces::{Arriving, Piece, use_pieces};
use crate::router::{Route, Router, replace, use_route};
use crate::session::{SessionProvider, State, awaits_second_step, has, use_session, writes};
use crate::theme::Theme;
use crate::ui::{ButtonKind, Coming, Empty, Go, Icon, Page, Trouble};

/// Starts the app in the page's `#app`, in place of the skeleton that was there.
pub fn start() {
    Theme::kept().apply();
    if let Some(root) = by_id("app") {
        root.set_inner_html("");
        yew::Renderer::<App>::with_root(root.into()).render();
    }
}

/// Everything.
#[component]
pub fn App() -> Html {
    html! {
        <Router><SessionProvider><NoticesProvider><Shell /></NoticesProvider></SessionProvider></Router>
    }
}

/// The page of each address. **A new page is one line here**, or in the piece of the app that it travels with.
fn page(route: Route) -> Html {
    if let Some(piece) = Piece::of(&route) {
        return html! { <Arriving {piece} {route} /> };
    }
    match route {
        Route::Home => html! { <Home /> },
        _ => html! { <pages::NotFound /> },
    }
}

/// One entry of the navigation.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    route: Route,
    name: &'static str,
    short: &'static str,
    icon: &'static str,
}

const MOST_ENTRIES: usize = 6;

/// The union of what one may do, never a switch of roles. Six at most: the last ones give way.
fn entries(me: &Me) -> Vec<Entry> {
    if awaits_second_step(me) {
        return Vec::new();
    }
    let entry = |route, name, short, icon| Entry { route, name, short, icon };
    let coordinates = has(me, Role::Coordinator);
    let celebrations = || entry(Route::Celebrations, "Celebrations", "Celebrate", "utensils");
    let chairs = !me.chairs.is_empty();
    let meets = chairs || !me.panel_rounds.is_empty();
    let mut all = Vec::new();
    if writes(me) {
        all.push(entry(Route::Story, "My story", "Story", "footprints"));
        all.push(entry(Route::MyPortfolio, "My portfolio", "Portfolio", "layers"));
    }
    if has(me, Role::Reviewer) || chairs {
        all.push(entry(Route::Reviews, "My reviews", "Reviews", "inbox"));
    }
    if coordinates {
        all.push(entry(Route::Rounds, "Overview", "Overview", "house"));
        all.push(entry(Route::People, "People", "People", "users"));
    } else if meets {
        all.push(entry(Route::MyMeeting, "Meeting", "Meeting", "list-checks"));
    }
    if coordinates {
        all.push(entry(Route::Schools, "Schools", "Schools", "school"));
    } else if has(me, Role::SchoolLead) {
        all.push(entry(Route::Schools, "Our school", "School", "school"));
    }
    if coordinates && meets {
        all.push(entry(Route::MyMeeting, "Meeting", "Meeting", "list-checks"));
    }
    if coordinates {
        all.push(celebrations());
    }
    if writes(me) {
        all.push(entry(Route::Submissions, "Sent", "Sent", "send"));
    }
    if writes(me) || me.has_award {
        all.push(entry(Route::Awards, "Awards", "Awards", "award"));
    }
    if me.is_invited && !coordinates {
        all.push(celebrations());
    }
    all.truncate(MOST_ENTRIES);
    all
}

/// Where one's day begins, for those who have something to do here.
fn home(me: &Me) -> Option<Route> {
    entries(me).into_iter().next().map(|first| first.route)
}

/// `/`: signing in, or where one's day begins.
#[component]
fn Home() -> Html {
    let session = use_session();
    let me = session.me();
    let to = match &session.state {
        State::In(me) | State::Lapsed(me) => home(me),
        State::Out => Some(Route::SignIn),
        State::Asking | State::Unreachable => None,
    };
    use_effect_with(to.clone(), |to| {
        if let Some(to) = to {
            replace(to);
        }
    });
    match me {
        Some(me) if to.is_none() => html! { <NothingYet name={me.name.given_name.to_string()} /> },
        _ => html! { <Waiting /> },
    }
}

#[derive(Properties, PartialEq)]
struct NothingYetProps {
    name: AttrValue,
}

/// For those who have an account, and no part in anything yet.
#[component]
fn NothingYet(props: &NothingYetProps) -> Html {
    html! {
        <Page title="Welcome">
            <Empty
                title={format!("Welcome, {}", props.name)}
                text="Your account is ready, and nothing waits for you. As soon as your coordinator adds what you do (mentor, panel member, school lead), it stands here."
                picture={html! { <OneCairn stones=1 class="cairn-s" /> }}
                level="h1"
            >
                <Go to={Route::Help} button={ButtonKind::Quiet}>{ "Whom to ask" }</Go>
            </Empty>
        </Page>
    }
}

/// While the server has not said who is here.
#[component]
fn Waiting() -> Html {
    html! { <Coming title="One moment" label="Opening Cairn" lines=2 card=false /> }
}

/// What surrounds every page: the way past the navigation, the navigation, the foot.
#[component]
fn Shell() -> Html {
    let session = use_session();
    let route = use_route();
    let me = session.me();
    use_pieces(me.as_deref(), &route);
    let partnership = Partnership { name: me.as_ref().map(|me| me.partnership.clone().into()) };
    let allowed = route.is_public() || me.is_some() || route == Route::Home;
    // Whatever they came for comes once their second step is set up.
    let waits = me.as_deref().is_some_and(awaits_second_step) && !route.is_public();
    let content = match &session.state {
        State::In(_) if waits => page(Route::Settings),
        _ if allowed && session.state != State::Unreachable => page(route.clone()),
        _ if route.is_public() => page(route.clone()),
        State::Asking => html! { <Waiting /> },
        State::Unreachable => {
            let session = session.clone();
            let again = Callback::from(move |()| {
                let session = session.clone();
                wasm_bindgen_futures::spawn_local(async move { session.ask_again().await });
            });
            html! {
                <Page title="Offline">
                    <div class="read flow"><h1>{ "We cannot be reached" }</h1>
                    <Trouble title="There is no connection to Cairn just now" detail="What you wrote is safe. Please try again in a minute." {again} /></div>
                </Page>
            }
        }
        _ => page(Route::SignIn),
    };
    let docked = me.is_some() && route.is_docked();
    // No invitation to sign in while one is signing in, or before it is known whether one has.
    let plain = session.state != State::Out
        || matches!(route, Route::SignIn | Route::SignInLink(_) | Route::Invitation(_))
        || !route.is_public();
    html! {
        <ContextProvider<Partnership> context={partnership}>
            <a class="btn skip" href="#main">{ "Skip to main content" }</a>
            <Header me={me.clone().map(|me| (*me).clone())} route={route.clone()} {plain} />
            if matches!(session.state, State::Lapsed(_)) { <Lapsed /> }
            { content }
            if !docked {
                <Footer signs_out={me.is_some() && route != Route::Settings} />
                if let Some(me) = me { <Tabs me={(*me).clone()} {route} /> }
            }
            <Shortcuts />
        </ContextProvider<Partnership>>
    }
}

/// The session has ended while this page was open.
#[component]
fn Lapsed() -> Html {
    html! {
        <div class="lapsed note more" role="alert">
            <div class="row x">
                <span><strong>{ "You have been signed out." }</strong>{ " What is on this page stays here. Sign in again in another tab, then come back." }</span>
                <a class="btn s" href="/sign-in" target="_blank" rel="noopener">{ "Sign in again" }</a>
            </div>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct HeaderProps {
    me: Option<Me>,
    route: Route,
    plain: bool,
}

#[component]
fn Header(props: &HeaderProps) -> Html {
    let section = props.route.section();
    html! {
        <header class="top">
            <div>
                <Go to={Route::Home} class="brand"><Logo />{ "Cairn" }</Go>
                if let Some(me) = &props.me {
                    <nav aria-label="Main">
                        { for entries(me).into_iter().map(|entry| html! {
                            <Go current={entry.route == section} to={entry.route}>{ entry.name }</Go>
                        }) }
                    </nav>
                    <div class="who">
                        <Go to={Route::Help} class="btn k i hm" icon="circle-help" label="Help" />
                        <Go to={Route::Settings} class="av">
                            { me.name.initials() }<span class="vh">{ format!(" {}, your account", me.name.full()) }</span>
                        </Go>
                    </div>
                } else if !props.plain {
                    <div class="who"><Go to={Route::SignIn} button={ButtonKind::Quiet} class="s">{ "Sign in" }</Go></div>
                }
            </div>
        </header>
    }
}

#[derive(Properties, PartialEq)]
struct TabsProps {
    me: Me,
    route: Route,
}

/// The phone's tabs: five, with *Add* in the middle for those who write.
#[component]
fn Tabs(props: &TabsProps) -> Html {
    let section = props.route.section();
    let all = entries(&props.me);
    let tab = |entry: Entry| {
        html! { <Go current={entry.route == section} to={entry.route} icon={entry.icon}>{ entry.short }</Go> }
    };
    let account = Entry { route: Route::Settings, name: "Your account", short: "Account", icon: "user" };
    html! {
        <nav class="tabs" aria-label="Quick">
            if writes(&props.me) {
                { for all.iter().take(2).cloned().map(tab) }
                <Go to={Route::StoryNew} class="add" current={props.route == Route::StoryNew}>
                    <span><Icon name="plus" /></span>{ "Add" }
                </Go>
                { for all.iter().skip(2).take(1).cloned().map(tab) }
            } else {
                { for all.into_iter().take(4).map(tab) }
            }
            { tab(account) }
        </nav>
    }
}

#[derive(Properties, PartialEq)]
struct FooterProps {
    /// Whether there is somebody to sign out, and no other button for it on the page.
    signs_out: bool,
}

#[component]
fn Footer(props: &FooterProps) -> Html {
    let partnership = use_partnership();
    html! {
        <footer class="foot">
            <div class="row x">
                <span>{ "Cairn" }if let Some(name) = &partnership.name { { " · " }{ name } }</span>
                <div class="row">
                    <Go to={Route::Help}>{ "Help and contact" }</Go>
                    <Go to={Route::Accessibility}>{ "Accessibility" }</Go>
                    <Go to={Route::Privacy}>{ "Privacy" }</Go>
                    if props.signs_out { <SignOut kind={ButtonKind::Text} /> }
                </div>
            </div>
        </footer>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use Role::{Coordinator, LeadMentor, Mentor, Reviewer, SchoolLead};

    fn me(roles: &[Role]) -> Me {
        Me { roles: roles.to_vec(), ..crate::session::sample() }
    }

    fn chair(roles: &[Role]) -> Me {
        Me { chairs: vec!["0193589c-7b1e-7d3a-9c35-3f1d5e0b7a12".parse().unwrap()], ..me(roles) }
    }

    #[test]
    fn navigation_is_the_union_and_never_more_than_six() {
        let all = chair(&[Mentor, LeadMentor, Reviewer, Coordinator, SchoolLead]);
        let names: Vec<_> = entries(&all).iter().map(|e| e.name).collect();
        assert_eq!(names, ["My story", "My portfolio", "My reviews", "Overview", "People", "Schools"]);
        let mentor: Vec<_> = entries(&me(&[Mentor])).iter().map(|e| e.name).collect();
        assert_eq!(mentor, ["My story", "My portfolio", "Sent", "Awards"]);
    }

    #[test]
    fn awards_stand_there_for_those_who_write_or_hold_one() {
        let awards = |me: Me| entries(&me).iter().any(|e| e.route == Route::Awards);
        for role in [Reviewer, Coordinator, SchoolLead] {
            assert!(!awards(me(&[role])), "{role:?}");
            assert!(awards(Me { has_award: true, ..me(&[role]) }), "{role:?}");
        }
        assert!(awards(me(&[LeadMentor, Reviewer])));
    }

    #[test]
    fn celebrations_stand_there_for_those_who_plan_them_or_are_invited() {
        let celebrations = |me: Me| entries(&me).iter().any(|e| e.route == Route::Celebrations);
        assert!(celebrations(me(&[Coordinator])));
        for role in [Mentor, SchoolLead, Reviewer] {
            assert!(!celebrations(me(&[role])), "{role:?}");
            assert!(celebrations(Me { is_invited: true, ..me(&[role]) }), "{role:?}");
        }
    }

    #[test]
    fn the_day_begins_where_ones_work_is() {
        for (me, route) in [
            (me(&[Mentor]), Some(Route::Story)),
            (me(&[LeadMentor]), Some(Route::Story)),
            (me(&[Reviewer]), Some(Route::Reviews)),
            (chair(&[]), Some(Route::Reviews)),
            (me(&[Coordinator]), Some(Route::Rounds)),
            (me(&[SchoolLead]), Some(Route::Schools)),
            (me(&[]), None),
        ] {
            assert_eq!(home(&me), route, "{:?}", me.roles);
        }
    }
}
