//! Addresses: which page an address means, and moving between them without loading anything anew.
//!
//! The address is one of the three places where state may live (beside the server and the form), so filters and
//! chosen tabs go into its query. Plain `<a href>` links to pages of the app are followed here; everything else
//! (the public pages, downloads, other sites) is left to the browser.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, MouseEvent, PopStateEvent};
use yew::prelude::*;

use crate::browser::{Listener, document, sleep, window};

/// What an address is about; the router does not look inside.
pub type Id = AttrValue;

/// The pages of the app.
#[derive(Clone, Debug, PartialEq)]
pub enum Route {
    /// Signing in, or the page that one's roles begin with.
    Home,
    /// Signing in.
    SignIn,
    /// The link in a sign-in e-mail.
    SignInLink(Id),
    /// The link in an invitation.
    Invitation(Id),
    /// My story: everything that I wrote.
    Story,
    /// Adding a moment.
    StoryNew,
    /// One entry.
    Entry(Id),
    /// What an entry said before.
    EntryVersions(Id),
    /// What I put in the bin.
    Bin,
    /// My portfolio, whichever one is in hand.
    MyPortfolio,
    /// One portfolio, to arrange.
    Portfolio(Id),
    /// One portfolio, as its readers will see it.
    PortfolioPreview(Id),
    /// Sending it to the panel.
    PortfolioSubmit(Id),
    /// What I sent.
    Submissions,
    /// One thing that I sent.
    Submission(Id),
    /// What the panel said.
    SubmissionOutcome(Id),
    /// Its cover sheet, and where its paper is.
    SubmissionPaper(Id),
    /// The paper with that code on its cover sheet.
    Paper(Id),
    /// What I am asked to read.
    Reviews,
    /// Reading one portfolio.
    Review(Id),
    /// What has changed since the panel last read it.
    ReviewChanges(Id),
    /// The panel's meeting, whichever round is in hand.
    MyMeeting,
    /// The panel's board.
    Meeting(Id),
    /// All rounds.
    Rounds,
    /// One round.
    Round(Id),
    /// Everyone.
    People,
    /// One person.
    Person(Id),
    /// Registering a paper portfolio for them.
    PersonPaper(Id),
    /// Adding people from a file.
    PeopleImport,
    /// One such file, and what comes of it.
    Import(Id),
    /// All schools.
    Schools,
    /// One school.
    School(Id),
    /// Celebrations that I am invited to, or plan.
    Celebrations,
    /// Planning one.
    CelebrationNew,
    /// One celebration.
    Celebration(Id),
    /// Changing it.
    CelebrationEdit(Id),
    /// Who is invited.
    CelebrationGuests(Id),
    /// Who sits where, and who is called up when.
    CelebrationTables(Id),
    /// Awards.
    Awards,
    /// One award.
    Award(Id),
    /// Its certificate, for printing.
    Certificate(Id),
    /// My account.
    Settings,
    /// The link to a new address of mine.
    EmailChange(Id),
    /// How accessible this is.
    Accessibility,
    /// What becomes of data.
    Privacy,
    /// Help and contact.
    Help,
    /// An address that means nothing here.
    NotFound,
}

impl Route {
    /// The page that a path means. Anything unknown is [`Route::NotFound`].
    pub fn parse(path: &str) -> Self {
        let parts: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(decode).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let id = |text: &str| Id::from(text.to_owned());
        match parts[..] {
            [] => Self::Home,
            ["sign-in"] => Self::SignIn,
            ["sign-in", token] => Self::SignInLink(id(token)),
            ["invitation", token] => Self::Invitation(id(token)),
            ["story"] => Self::Story,
            ["story", "new"] => Self::StoryNew,
            ["entries", entry] => Self::Entry(id(entry)),
            ["entries", entry, "versions"] => Self::EntryVersions(id(entry)),
            ["bin"] => Self::Bin,
            ["portfolio"] => Self::MyPortfolio,
            ["portfolio", it] => Self::Portfolio(id(it)),
            ["portfolio", it, "preview"] => Self::PortfolioPreview(id(it)),
            ["portfolio", it, "submit"] => Self::PortfolioSubmit(id(it)),
            ["submissions"] => Self::Submissions,
            ["submissions", it] => Self::Submission(id(it)),
            ["submissions", it, "outcome"] => Self::SubmissionOutcome(id(it)),
            ["submissions", it, "paper"] => Self::SubmissionPaper(id(it)),
            ["paper", it] => Self::Paper(id(it)),
            ["reviews"] => Self::Reviews,
            ["reviews", it] => Self::Review(id(it)),
            ["reviews", it, "changes"] => Self::ReviewChanges(id(it)),
            ["meeting"] => Self::MyMeeting,
            ["rounds"] => Self::Rounds,
            ["rounds", it] => Self::Round(id(it)),
            ["rounds", it, "meeting"] => Self::Meeting(id(it)),
            ["people"] => Self::People,
            ["people", "import"] => Self::PeopleImport,
            ["people", "import", it] => Self::Import(id(it)),
            ["people", it] => Self::Person(id(it)),
            ["people", it, "paper"] => Self::PersonPaper(id(it)),
            ["schools"] => Self::Schools,
            ["schools", it] => Self::School(id(it)),
            ["celebrations"] => Self::Celebrations,
            ["celebrations", "new"] => Self::CelebrationNew,
            ["celebrations", it] => Self::Celebration(id(it)),
            ["celebrations", it, "edit"] => Self::CelebrationEdit(id(it)),
            ["celebrations", it, "guests"] => Self::CelebrationGuests(id(it)),
            ["celebrations", it, "tables"] => Self::CelebrationTables(id(it)),
            ["awards"] => Self::Awards,
            ["awards", it] => Self::Award(id(it)),
            ["awards", it, "certificate"] => Self::Certificate(id(it)),
            ["settings"] => Self::Settings,
            ["email-change", token] => Self::EmailChange(id(token)),
            ["accessibility"] => Self::Accessibility,
            ["privacy"] => Self::Privacy,
            ["help"] => Self::Help,
            _ => Self::NotFound,
        }
    }

    /// The path of this page.
    pub fn path(&self) -> String {
        let fixed = match self {
            Self::Home => "/",
            Self::SignIn => "/sign-in",
            Self::Story => "/story",
            Self::StoryNew => "/story/new",
            Self::Bin => "/bin",
            Self::MyPortfolio => "/portfolio",
            Self::Submissions => "/submissions",
            Self::Reviews => "/reviews",
            Self::MyMeeting => "/meeting",
            Self::Rounds => "/rounds",
            Self::People => "/people",
            Self::PeopleImport => "/people/import",
            Self::Schools => "/schools",
            Self::Celebrations => "/celebrations",
            Self::CelebrationNew => "/celebrations/new",
            Self::Awards => "/awards",
            Self::Settings => "/settings",
            Self::Accessibility => "/accessibility",
            Self::Privacy => "/privacy",
            Self::Help => "/help",
            Self::NotFound => "/not-found",
            Self::SignInLink(it) => return join("/sign-in/", it, ""),
            Self::Invitation(it) => return join("/invitation/", it, ""),
            Self::EmailChange(it) => return join("/email-change/", it, ""),
            Self::Entry(it) => return join("/entries/", it, ""),
            Self::EntryVersions(it) => return join("/entries/", it, "/versions"),
            Self::Portfolio(it) => return join("/portfolio/", it, ""),
            Self::PortfolioPreview(it) => return join("/portfolio/", it, "/preview"),
            Self::PortfolioSubmit(it) => return join("/portfolio/", it, "/submit"),
            Self::Submission(it) => return join("/submissions/", it, ""),
            Self::SubmissionOutcome(it) => return join("/submissions/", it, "/outcome"),
            Self::SubmissionPaper(it) => return join("/submissions/", it, "/paper"),
            Self::Paper(it) => return join("/paper/", it, ""),
            Self::Review(it) => return join("/reviews/", it, ""),
            Self::ReviewChanges(it) => return join("/reviews/", it, "/changes"),
            Self::Round(it) => return join("/rounds/", it, ""),
            Self::Meeting(it) => return join("/rounds/", it, "/meeting"),
            Self::Import(it) => return join("/people/import/", it, ""),
            Self::Person(it) => return join("/people/", it, ""),
            Self::PersonPaper(it) => return join("/people/", it, "/paper"),
            Self::School(it) => return join("/schools/", it, ""),
            Self::Celebration(it) => return join("/celebrations/", it, ""),
            Self::CelebrationEdit(it) => return join("/celebrations/", it, "/edit"),
            Self::CelebrationGuests(it) => return join("/celebrations/", it, "/guests"),
            Self::CelebrationTables(it) => return join("/celebrations/", it, "/tables"),
            Self::Award(it) => return join("/awards/", it, ""),
            Self::Certificate(it) => return join("/awards/", it, "/certificate"),
        };
        fixed.to_owned()
    }

    /// Whether the page is there for everyone, signed in or not.
    pub fn is_public(&self) -> bool {
        matches!(
            self,
            Self::SignIn
                | Self::SignInLink(_)
                | Self::Invitation(_)
                | Self::Accessibility
                | Self::Privacy
                | Self::Help
                | Self::NotFound
        )
    }

    /// Whether the page is one task with its own bar at the bottom, so that tabs and footer stand back.
    pub fn is_docked(&self) -> bool {
        matches!(self, Self::StoryNew | Self::Review(_))
    }

    /// The entry of the navigation that this page belongs to.
    pub fn section(&self) -> Self {
        match self {
            Self::Entry(_) | Self::EntryVersions(_) | Self::Bin | Self::StoryNew => Self::Story,
            Self::Portfolio(_) | Self::PortfolioPreview(_) | Self::PortfolioSubmit(_) => Self::MyPortfolio,
            Self::Submission(_) | Self::SubmissionOutcome(_) | Self::SubmissionPaper(_) | Self::Paper(_) => {
                Self::Submissions
            }
            Self::Review(_) | Self::ReviewChanges(_) => Self::Reviews,
            Self::Meeting(_) => Self::MyMeeting,
            Self::Round(_) => Self::Rounds,
            Self::Person(_) | Self::PersonPaper(_) | Self::PeopleImport | Self::Import(_) => Self::People,
            Self::School(_) => Self::Schools,
            Self::Celebration(_)
            | Self::CelebrationNew
            | Self::CelebrationEdit(_)
            | Self::CelebrationGuests(_)
            | Self::CelebrationTables(_) => Self::Celebrations,
            Self::Award(_) | Self::Certificate(_) => Self::Awards,
            Self::EmailChange(_) => Self::Settings,
            other => other.clone(),
        }
    }
}

fn join(before: &str, id: &str, after: &str) -> String {
    let mut path = String::from(before);
    encode(id, &mut path);
    path.push_str(after);
    path
}

/// What stands behind the question mark: filters, tabs, a search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads `?a=1&b=two+words`, with or without the question mark.
    pub fn parse(text: &str) -> Self {
        let text = text.strip_prefix('?').unwrap_or(text);
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| {
                    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (decode(&key.replace('+', " ")), decode(&value.replace('+', " ")))
                })
                .collect(),
        )
    }

    /// The value called `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str())
    }

    /// The same with `key` set to `value`; an empty value takes it away.
    #[must_use]
    pub fn with(&self, key: &str, value: &str) -> Self {
        let mut pairs: Vec<_> = self.0.iter().filter(|(k, _)| k != key).cloned().collect();
        if !value.is_empty() {
            pairs.push((key.to_owned(), value.to_owned()));
        }
        Self(pairs)
    }

    /// `?a=1&b=two%20words`, or nothing.
    pub fn print(&self) -> String {
        let mut text = String::new();
        for (key, value) in &self.0 {
            text.push(if text.is_empty() { '?' } else { '&' });
            encode(key, &mut text);
            text.push('=');
            encode(value, &mut text);
        }
        text
    }
}

/// Percent-encodes all but letters, digits and `-._~`.
pub fn encode(text: &str, into: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            into.push(byte as char);
        } else {
            into.push('%');
            into.push(HEX[usize::from(byte >> 4)] as char);
            into.push(HEX[usize::from(byte & 15)] as char);
        }
    }
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let code = (bytes[i] == b'%')
            .then(|| text.get(i + 1..i + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok()))
            .flatten();
        plain.push(code.unwrap_or(bytes[i]));
        i += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// Where the app is: a page and its query.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The page.
    pub route: Route,
    /// What stands behind the question mark.
    pub query: Query,
}

impl Place {
    fn now() -> Self {
        let location = window().location();
        Self {
            route: Route::parse(&location.pathname().unwrap_or_default()),
            query: Query::parse(&location.search().unwrap_or_default()),
        }
    }
}

thread_local! {
    static MOVED: RefCell<Option<Callback<()>>> = const { RefCell::new(None) };
    static SPOT: Cell<f64> = const { Cell::new(0.0) };
    static HEIGHTS: RefCell<BTreeMap<u64, f64>> = const { RefCell::new(BTreeMap::new()) };
    static HEADING_WANTED: Cell<bool> = const { Cell::new(false) };
    static TOUCHED: Cell<u32> = const { Cell::new(0) };
    static HELD: Cell<u32> = const { Cell::new(0) };
}

const HEIGHTS_KEY: &str = "cairn-heights";

/// Goes to a page.
pub fn navigate(route: &Route) {
    go(&route.path(), false);
}

/// Goes to a page with a query.
pub fn navigate_with(route: &Route, query: &Query) {
    go(&format!("{}{}", route.path(), query.print()), false);
}

/// Goes to a page in place of this one, so that the back button skips this one.
pub fn replace(route: &Route) {
    go(&route.path(), true);
}

/// Whether that is an address of the app. A browser reads `//` and `/\\` as the beginning of another site's.
pub fn is_of_the_app(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    address.starts_with('/')
        && !address.contains(['\\', '\t', '\n', '\r'])
        && !address.starts_with("//")
        && Route::parse(path) != Route::NotFound
}

/// Goes to an address of the app, or leaves the app where it is none of its own.
pub fn navigate_to(address: &str) {
    if is_of_the_app(address) {
        go(address, false);
    } else {
        let _ = window().location().set_href(address);
    }
}

/// Changes the query of this page: no new step for the back button, and neither focus nor scroll moves.
pub fn set_query(query: &Query) {
    let address = format!("{}{}", window().location().pathname().unwrap_or_default(), query.print());
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&SPOT.get().into(), "", Some(&address));
    }
    tell();
}

/// While something is held, leaving the page asks first. Dropping the hold lets go.
pub struct Hold(());

impl Hold {
    /// Begins to hold.
    #[must_use = "a hold that is dropped holds nothing"]
    pub fn new() -> Self {
        HELD.set(HELD.get() + 1);
        Self(())
    }
}

impl Default for Hold {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        HELD.set(HELD.get().saturating_sub(1));
    }
}

fn go(address: &str, instead: bool) {
    let leave = "Some of this is not saved yet. Leave it?";
    if HELD.get() > 0 && !window().confirm_with_message(leave).unwrap_or(true) {
        return;
    }
    let Ok(history) = window().history() else { return };
    remember_height();
    let here = window().location();
    let here = format!("{}{}", here.pathname().unwrap_or_default(), here.search().unwrap_or_default());
    if instead || here == address {
        let _ = history.replace_state_with_url(&SPOT.get().into(), "", Some(address));
    } else {
        SPOT.set(crate::browser::now_millis());
        let _ = history.push_state_with_url(&SPOT.get().into(), "", Some(address));
    }
    HEADING_WANTED.set(true);
    window().scroll_to_with_x_and_y(0.0, 0.0);
    tell();
}

fn tell() {
    let moved = MOVED.with_borrow(Clone::clone);
    if let Some(moved) = moved {
        moved.emit(());
    }
}

fn remember_height() {
    let y = window().scroll_y().unwrap_or(0.0);
    HEIGHTS.with_borrow_mut(|heights| {
        heights.insert(SPOT.get() as u64, y);
        while heights.len() > 50 {
            heights.pop_first();
        }
    });
}

/// Scrolls to where this spot was left, as soon as the page is tall enough again, unless the reader moves first.
fn return_to_height() {
    let Some(y) = HEIGHTS.with_borrow(|heights| heights.get(&(SPOT.get() as u64)).copied()) else { return };
    let (spot, touched) = (SPOT.get(), TOUCHED.get());
    wasm_bindgen_futures::spawn_local(async move {
        for _ in 0..40 {
            if SPOT.get().to_bits() != spot.to_bits() || TOUCHED.get() != touched {
                return;
            }
            let room = document().document_element().map_or(0, |e| e.scroll_height() - e.client_height());
            if f64::from(room) >= y - 1.0 {
                break;
            }
            sleep(50).await;
        }
        window().scroll_to_with_x_and_y(0.0, y);
    });
}

/// Moves the focus to the page's heading, once after each move to another page. Pages call it through
/// [`Page`](crate::ui::Page); it waits for a heading that comes later with its data.
pub fn focus_heading() {
    if !HEADING_WANTED.get() {
        return;
    }
    let heading = document()
        .query_selector("h1:not([data-coming])")
        .ok()
        .flatten()
        .and_then(|h| h.dyn_into::<HtmlElement>().ok());
    if let Some(heading) = heading {
        let _ = heading.set_attribute("tabindex", "-1");
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = heading.focus_with_options(&options);
        HEADING_WANTED.set(false);
    }
}

/// The link that a click means, if the app should follow it itself.
fn followed(event: &MouseEvent) -> Option<String> {
    let changed = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if event.default_prevented() || event.button() != 0 || changed {
        return None;
    }
    let link = event.target()?.dyn_into::<Element>().ok()?.closest("a[href]").ok()??;
    let link = link.dyn_into::<web_sys::HtmlAnchorElement>().ok()?;
    if link.has_attribute("download") || !matches!(link.target().as_str(), "" | "_self") {
        return None;
    }
    let here = window().location();
    if link.origin() != here.origin().ok()? || Route::parse(&link.pathname()) == Route::NotFound {
        return None;
    }
    let same_page = link.pathname() == here.pathname().ok()? && link.search() == here.search().ok()?;
    if same_page && !link.hash().is_empty() {
        return None;
    }
    Some(format!("{}{}{}", link.pathname(), link.search(), link.hash()))
}

/// Begins to follow links and the back button, and tells everything inside where the app is.
#[component]
pub fn Router(props: &RouterProps) -> Html {
    let place = use_state_eq(Place::now);
    use_effect_with((), {
        let place = place.setter();
        move |()| {
            let window = window();
            if let Ok(history) = window.history() {
                let _ = history.set_scroll_restoration(web_sys::ScrollRestoration::Manual);
                let spot = history.state().ok().and_then(|s| s.as_f64());
                SPOT.set(spot.unwrap_or_else(crate::browser::now_millis));
                if spot.is_none() {
                    let _ = history.replace_state(&SPOT.get().into(), "");
                }
            }
            let kept = window.session_storage().ok().flatten();
            if let Some(text) = kept.as_ref().and_then(|s| s.get_item(HEIGHTS_KEY).ok().flatten()) {
                HEIGHTS.with_borrow_mut(|heights| {
                    heights.extend(text.split(';').filter_map(|pair| {
                        let (spot, y) = pair.split_once(':')?;
                        Some((spot.parse().ok()?, f64::from(y.parse::<u32>().ok()?)))
                    }));
                });
                return_to_height();
            }
            MOVED.set(Some(Callback::from(move |()| place.set(Place::now()))));
            let touched = |_| {
                TOUCHED.set(TOUCHED.get() + 1);
                HEADING_WANTED.set(false);
            };
            let heard = [
                Listener::on(&document(), "click", |event| {
                    if let Some(address) = event.dyn_ref::<MouseEvent>().and_then(followed) {
                        event.prevent_default();
                        go(&address, false);
                    }
                }),
                Listener::on(&window, "popstate", |event| {
                    let state = event.dyn_ref::<PopStateEvent>().map_or(JsValue::NULL, PopStateEvent::state);
                    let Some(spot) = state.as_f64() else { return };
                    remember_height();
                    SPOT.set(spot);
                    HEADING_WANTED.set(true);
                    tell();
                    return_to_height();
                }),
                Listener::on(&window, "pagehide", move |_| {
                    remember_height();
                    let text = HEIGHTS.with_borrow(|heights| {
                        heights.iter().map(|(s, y)| format!("{s}:{}", *y as u32)).collect::<Vec<_>>().join(";")
                    });
                    if let Some(kept) = &kept {
                        let _ = kept.set_item(HEIGHTS_KEY, &text);
                    }
                }),
                Listener::capture(&window, "pointerdown", touched),
                Listener::capture(&window, "keydown", touched),
                Listener::capture(&window, "wheel", |_| TOUCHED.set(TOUCHED.get() + 1)),
            ];
            move || {
                MOVED.set(None);
                drop(heard);
            }
        }
    });
    html! { <ContextProvider<Place> context={(*place).clone()}>{ props.children.clone() }</ContextProvider<Place>> }
}

/// What stands inside the router.
#[derive(Properties, PartialEq)]
pub struct RouterProps {
    /// The app.
    pub children: Html,
}

/// The page that the app is on.
#[hook]
pub fn use_route() -> Route {
    use_context::<Place>().map_or(Route::NotFound, |place| place.route)
}

/// The query of the page that the app is on.
#[hook]
pub fn use_query() -> Query {
    use_context::<Place>().map(|place| place.query).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_next_is_a_page_of_ours() {
        for address in ["/story", "/reviews?state=open", "/portfolio#part"] {
            assert!(is_of_the_app(address), "{address}");
        }
        for address in [
            "https://elsewhere.example",
            "//elsewhere.example",
            "/\\elsewhere.example",
            "/\\/elsewhere.example/story",
            "/\t/elsewhere.example",
            "/nowhere",
            "javascript:alert(1)",
            "story",
            "",
        ] {
            assert!(!is_of_the_app(address), "{address:?}");
        }
    }

    fn every_route() -> Vec<Route> {
        let id = || Id::from("0199-a b/c%".to_owned());
        vec![
            Route::Home,
            Route::SignIn,
            Route::SignInLink(id()),
            Route::Invitation(id()),
            Route::Story,
            Route::StoryNew,
            Route::Entry(id()),
            Route::EntryVersions(id()),
            Route::Bin,
            Route::MyPortfolio,
            Route::Portfolio(id()),
            Route::PortfolioPreview(id()),
            Route::PortfolioSubmit(id()),
            Route::Submissions,
            Route::Submission(id()),
            Route::SubmissionOutcome(id()),
            Route::SubmissionPaper(id()),
            Route::Paper(id()),
            Route::Reviews,
            Route::Review(id()),
            Route::ReviewChanges(id()),
            Route::Meeting(id()),
            Route::Rounds,
            Route::Round(id()),
            Route::People,
            Route::Person(id()),
            Route::PersonPaper(id()),
            Route::PeopleImport,
            Route::Schools,
            Route::School(id()),
            Route::Awards,
            Route::Award(id()),
            Route::Certificate(id()),
            Route::Settings,
            Route::EmailChange(id()),
            Route::Accessibility,
            Route::Privacy,
            Route::Help,
            Route::NotFound,
        ]
    }

    #[test]
    fn every_page_has_an_address_that_leads_back_to_it() {
        let mut seen = std::collections::BTreeSet::new();
        for route in every_route() {
            let path = route.path();
            assert_eq!(Route::parse(&path), route, "{path}");
            assert!(path.starts_with('/') && !path.contains(' '), "{path}");
            assert!(seen.insert(path), "two pages with one address");
        }
    }

    #[test]
    fn fixed_words_win_over_ids() {
        assert_eq!(Route::parse("/story/new"), Route::StoryNew);
        assert_eq!(Route::parse("/people/import"), Route::PeopleImport);
        assert_eq!(Route::parse("/people/0199"), Route::Person("0199".into()));
    }

    #[test]
    fn slashes_at_the_end_and_twice_do_not_matter() {
        assert_eq!(Route::parse("/story/"), Route::Story);
        assert_eq!(Route::parse("//entries//7/"), Route::Entry("7".into()));
        assert_eq!(Route::parse(""), Route::Home);
    }

    #[test]
    fn unknown_addresses_are_not_found() {
        for path in ["/nowhere", "/story/old", "/entries", "/entries/7/versions/2", "/verify", "/api/v1/me", "/v/abc"] {
            assert_eq!(Route::parse(path), Route::NotFound, "{path}");
        }
    }

    #[test]
    fn sections_are_their_own_section() {
        for route in every_route() {
            let section = route.section();
            assert_eq!(section.section(), section);
        }
    }

    #[test]
    fn queries_are_read_changed_and_written() {
        let query = Query::parse("?q=two+words&standard=s3&odd=%E2%80%9Ca%26b%E2%80%9D");
        assert_eq!(query.get("q"), Some("two words"));
        assert_eq!(query.get("odd"), Some("“a&b”"));
        assert_eq!(Query::parse(&query.print()), query);
        let query = query.with("odd", "").with("q", "c=d").with("standard", "");
        assert_eq!(query.print(), "?q=c%3Dd");
        assert_eq!(Query::default().print(), "");
    }

    #[test]
    fn odd_escapes_do_no_harm() {
        for text in ["%", "%4", "%zz", "%C3", "é%", "%é"] {
            let _ = Route::parse(text);
            let _ = Query::parse(text);
        }
        assert_eq!(decode("%41%zz%"), "A%zz%");
    }
}
