//! Who is signed in, on this page and on this device.
//!
//! The session can end while somebody writes. Then their page stays as it is (`Lapsed`) and asks them to sign in again,
//! so that no text is lost to a clock.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use cairn_shared::person::Role;
use cairn_shared::second_step::Standing;
use cairn_shared::session::{Device, Me, SignedIn};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{StorageEvent, VisibilityState};
use yew::prelude::*;

use crate::api::token;
use crate::api::{self, ApiError};
use crate::browser::{Listener, device, document, now_millis, sleep, window};
use crate::{hooks, router};

/// Whether somebody has this role.
pub fn has(me: &Me, role: Role) -> bool {
    me.roles.contains(&role)
}

/// Whether somebody writes a story of their own.
pub fn writes(me: &Me) -> bool {
    me.roles.iter().any(|role| role.writes())
}

/// Whether everything waits until they have set up a second step.
pub fn awaits_second_step(me: &Me) -> bool {
    me.second_step == Standing::Needed
}

/// How things stand.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// The server has not said yet.
    Asking,
    /// The server was not to be reached.
    Unreachable,
    /// Nobody is signed in.
    Out,
    /// Somebody is.
    In(Rc<Me>),
    /// Somebody was, and their page is still open.
    Lapsed(Rc<Me>),
}

enum Change {
    Granted(Box<Me>),
    Ended,
    Left,
    Unreachable,
}

#[derive(PartialEq)]
struct Store(State);

impl Reducible for Store {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let next = match (change, &self.0) {
            (Change::Granted(me), State::In(old)) if **old == *me => return self,
            (Change::Granted(me), _) => State::In(Rc::from(*me)),
            (Change::Ended, State::In(me) | State::Lapsed(me)) => State::Lapsed(me.clone()),
            (Change::Unreachable, State::Asking) => State::Unreachable,
            (Change::Unreachable, _) => return self,
            (Change::Ended | Change::Left, _) => State::Out,
        };
        Rc::new(Self(next))
    }
}

/// The session, as pages see it. Get it with [`use_session`].
#[derive(Clone, PartialEq)]
pub struct Session {
    /// How things stand.
    pub state: State,
    change: UseReducerDispatcher<Store>,
}

impl Session {
    /// Who is signed in.
    pub fn me(&self) -> Option<Rc<Me>> {
        match &self.state {
            State::In(me) | State::Lapsed(me) => Some(me.clone()),
            _ => None,
        }
    }

    /// Takes up what the server gave at sign-in.
    pub fn enter(&self, grant: SignedIn) {
        token::accept(&grant);
        remember_device(grant.me.device);
        token::tell_tabs("in");
        self.change.dispatch(Change::Granted(Box::new(grant.me)));
    }

    /// Asks the server again whether somebody is signed in.
    pub async fn ask_again(&self) {
        let _ = token::renew(token::current()).await;
    }

    /// Ends the session here and in the other tabs, and forgets the drafts that this device kept.
    ///
    /// # Errors
    /// Where the server could not be told: then the session is still open, and the person should know.
    pub async fn sign_out(&self) -> Result<(), ApiError> {
        match api::sessions::sign_out().await {
            Ok(()) => {}
            Err(error) if error.status == 401 || error.status == 404 => {}
            Err(error) => return Err(error),
        }
        self.leave();
        Ok(())
    }

    fn leave(&self) {
        if let Some(me) = self.me() {
            hooks::drafts::forget_all(&me.name.id.to_string());
        }
        token::forget();
        device::remove(OWN_KEY);
        token::tell_tabs("out");
        self.change.dispatch(Change::Left);
        router::replace(&router::Route::SignIn);
    }
}

const OWN_KEY: &str = "cairn-own-device";
const MINUTE: f64 = 60_000.0;

/// Whether the person said that this device is their own, so that drafts may stay on it.
pub fn is_own_device() -> bool {
    device::get(OWN_KEY).is_some()
}

fn remember_device(kind: Device) {
    if kind == Device::Own {
        device::set(OWN_KEY, "1");
    } else {
        device::remove(OWN_KEY);
    }
}

thread_local! {
    static ACTIVE: Cell<f64> = const { Cell::new(0.0) };
    static WHO: RefCell<String> = const { RefCell::new(String::new()) };
    static LAST: RefCell<Option<Rc<Me>>> = const { RefCell::new(None) };
}

/// The id of the person whose page this is, for the names of what stays on the device.
pub fn who() -> String {
    WHO.with_borrow(Clone::clone)
}

/// What stands inside the session.
#[derive(Properties, PartialEq)]
pub struct SessionProviderProps {
    /// The app.
    pub children: Html,
}

/// Asks who is signed in, keeps the token fresh while somebody is there, and tells everything inside.
#[component]
pub fn SessionProvider(props: &SessionProviderProps) -> Html {
    let store = use_reducer_eq(|| Store(State::Asking));
    let session = Session { state: store.0.clone(), change: store.dispatcher() };

    // Set while rendering, because pages inside already ask for it in their first render.
    let me = session.me();
    WHO.set(me.as_ref().map(|me| me.name.id.to_string()).unwrap_or_default());
    if me.is_some() {
        LAST.set(me);
    }

    use_effect_with((), {
        let change = store.dispatcher();
        move |()| {
            ACTIVE.set(now_millis());
            token::tell(Some(Callback::from({
                let change = change.clone();
                move |grant: Option<SignedIn>| match grant {
                    Some(grant) => {
                        let before = who();
                        if !before.is_empty() && before != grant.me.name.id.to_string() {
                            // Somebody else signed in on this device: nothing of the one before may stay in sight.
                            let _ = window().location().set_href("/");
                            return;
                        }
                        remember_device(grant.me.device);
                        change.dispatch(Change::Granted(Box::new(grant.me)));
                    }
                    None => change.dispatch(Change::Ended),
                }
            })));
            let ask = {
                let change = change.clone();
                move || {
                    let change = change.clone();
                    spawn_local(async move {
                        if token::renew(token::current()).await.is_err_and(|e| e.status == 0 || e.may_pass()) {
                            change.dispatch(Change::Unreachable);
                        }
                    });
                }
            };
            ask();
            let active = |_| ACTIVE.set(now_millis());
            let when_nobody = {
                let ask = ask.clone();
                move |_| {
                    if document().visibility_state() == VisibilityState::Visible
                        && token::current().is_none()
                        && !who().is_empty()
                    {
                        ask();
                    }
                }
            };
            let heard = [
                Listener::capture(&window(), "pointerdown", active),
                Listener::capture(&window(), "keydown", active),
                Listener::on(&document(), "visibilitychange", when_nobody),
                Listener::on(&window(), "online", {
                    let ask = ask.clone();
                    move |_| {
                        if token::current().is_none() {
                            ask();
                        }
                    }
                }),
                Listener::on(&window(), "storage", move |event| {
                    let Some(event) = event.dyn_ref::<StorageEvent>() else { return };
                    if event.key().as_deref() != Some(token::TABS_KEY) {
                        return;
                    }
                    if event.new_value().unwrap_or_default().starts_with("in") {
                        ask();
                    } else {
                        token::forget();
                        change.dispatch(Change::Left);
                    }
                }),
            ];
            move || {
                token::tell(None);
                drop(heard);
            }
        }
    });

    // The token is renewed ahead of time only while somebody is there: an empty chair must not keep a session open.
    use_effect_with(matches!(session.state, State::In(_)), {
        let session = session.clone();
        move |signed_in| {
            let watching = Rc::new(Cell::new(*signed_in));
            if *signed_in {
                let watching = watching.clone();
                spawn_local(async move {
                    loop {
                        sleep(token::renew_in().unwrap_or(60_000).clamp(5_000, 60_000)).await;
                        if !watching.get() {
                            return;
                        }
                        let idle = now_millis() - ACTIVE.get();
                        if idle > 30.0 * MINUTE && !is_own_device() {
                            if session.sign_out().await.is_err() {
                                session.leave();
                            }
                            return;
                        }
                        if idle < 10.0 * MINUTE {
                            let _ = token::fresh().await;
                        }
                    }
                });
            }
            move || watching.set(false)
        }
    });

    html! { <ContextProvider<Session> context={session}>{ props.children.clone() }</ContextProvider<Session>> }
}

/// The session. Works in everything inside [`SessionProvider`].
///
/// # Panics
/// Outside it.
#[hook]
pub fn use_session() -> Session {
    use_context::<Session>().expect("inside the session provider")
}

/// Who is signed in, on a page that only they can see.
///
/// # Panics
/// On a page that is there for everyone, where nobody may ever have been signed in.
#[hook]
pub fn use_me() -> Rc<Me> {
    // A page may be drawn once more while its session is being taken away.
    use_session().me().or_else(|| LAST.with_borrow(Clone::clone)).expect("on a page of somebody's own")
}

/// A mentor who is signed in, for tests: they change what matters to them.
#[cfg(test)]
pub(crate) fn sample() -> Me {
    serde_json::from_str(
        r#"{"id":"0193589c-7b1e-7d3a-9c35-3f1d5e0b7a11","given_name":"Mary Jane","family_name":"Hartnell",
        "email":"m@thornbeck.example","roles":["mentor"],"schools":[],"chairs":[],"panel_rounds":[],"has_award":false,"is_invited":false,
        "has_password":true,"second_step":"open","device":"own","session_id":"0193589c-7b1e-7d3a-9c35-3f1d5e0b7a13",
        "partnership":"Northfell","today":"2026-11-24","demonstration":false}"#,
    )
    .unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn me() -> Box<Me> {
        let round = "0193589c-7b1e-7d3a-9c35-3f1d5e0b7a12".parse().unwrap();
        Box::new(Me { chairs: vec![round], ..sample() })
    }

    fn after(changes: Vec<Change>) -> State {
        changes.into_iter().fold(Rc::new(Store(State::Asking)), Reducible::reduce).0.clone()
    }

    #[test]
    fn a_session_that_ends_leaves_the_page_standing() {
        assert_eq!(after(vec![Change::Ended]), State::Out);
        assert!(matches!(after(vec![Change::Granted(me()), Change::Ended]), State::Lapsed(_)));
        assert!(matches!(after(vec![Change::Granted(me()), Change::Ended, Change::Granted(me())]), State::In(_)));
        assert_eq!(after(vec![Change::Granted(me()), Change::Left]), State::Out);
        assert_eq!(after(vec![Change::Unreachable]), State::Unreachable);
        assert!(matches!(after(vec![Change::Granted(me()), Change::Unreachable]), State::In(_)));
    }

    #[test]
    fn roles_are_asked_for_by_name() {
        let me = me();
        assert!(has(&me, Role::Mentor) && writes(&me) && !has(&me, Role::Reviewer));
    }
}
