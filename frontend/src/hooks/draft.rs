//! Writing that saves itself: 800 ms after the last key, on leaving the field, and before the page goes.
//!
//! On one's own device the text goes to the device first and stays there until the server has acknowledged it. On a
//! shared device nothing stays, so the screen says "Not saved yet" and leaving asks first. A text that was changed
//! elsewhere in the meantime is never overwritten: both go to the page, which shows them side by side.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{BeforeUnloadEvent, VisibilityState};
use yew::prelude::*;

use super::drafts;
use crate::api::ApiError;
use crate::browser::{Listener, Timer, document, is_online, sleep, window};
use crate::router::Hold;
use crate::ui::Save;
use crate::words::Moment;

const AFTER_THE_LAST_KEY: u32 = 800;
/// How long to wait before trying again, in milliseconds.
const PAUSES: [u32; 4] = [2_000, 5_000, 15_000, 60_000];

/// A text on its way to the server.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent<T> {
    /// The text.
    pub value: T,
    /// The tag that the edit must name.
    pub etag: Option<String>,
    /// Whether the page is about to go: send it with `keepalive`.
    pub last: bool,
}

/// Two texts of one thing: somebody, or the same person on another device, changed it in the meantime.
#[derive(Clone, Debug, PartialEq)]
pub struct Stale<T> {
    /// What was written here.
    pub mine: T,
    /// The server's answer; `error.carries("current")` is the other text.
    pub error: ApiError,
}

/// What [`use_draft`] needs to know.
pub struct DraftOptions<T> {
    /// A name for it on this device, such as `entry:0199…`.
    pub name: String,
    /// What the server has.
    pub start: T,
    /// The tag of what the server has.
    pub etag: Option<String>,
    /// Told when there are two texts. Saving rests until [`Draft::settle`].
    pub on_stale: Callback<Stale<T>>,
}

type Sender<T> = Rc<dyn Fn(Sent<T>) -> Pin<Box<dyn Future<Output = Result<Option<String>, ApiError>>>>>;

struct Core<T> {
    name: String,
    value: T,
    acknowledged: T,
    etag: Option<String>,
    kept: bool,
    sending: bool,
    stale: bool,
    tries: usize,
    save: Save,
    timer: Option<Timer>,
    hold: Option<Hold>,
    send: Option<Sender<T>>,
    on_stale: Callback<Stale<T>>,
    redraw: Option<Callback<()>>,
}

impl<T: Clone + PartialEq> Core<T> {
    fn unsent(&self) -> bool {
        self.value != self.acknowledged
    }

    fn show(&mut self, save: Save) {
        // Leaving asks only where the server could not be told and the device keeps nothing; also while it is told again,
        // because to press a link is to leave the field, which saves.
        let asks = match save {
            Save::NotYet | Save::NotTaken(_) => true,
            Save::Writing | Save::Saving => self.hold.is_some(),
            _ => false,
        };
        self.hold = asks.then(|| self.hold.take().unwrap_or_default());
        if self.save != save {
            self.save = save;
            if let Some(redraw) = &self.redraw {
                redraw.emit(());
            }
        }
    }
}

type Shared<T> = Rc<RefCell<Core<T>>>;

fn later<T: Clone + PartialEq + Serialize + 'static>(core: &Shared<T>, millis: u32) {
    let again = core.clone();
    core.borrow_mut().timer = Some(Timer::after(millis, move || flush(&again, false)));
}

/// Sends what is unsent. `last` is for a page that is about to go.
fn flush<T: Clone + PartialEq + Serialize + 'static>(core: &Shared<T>, last: bool) {
    let (value, coming) = {
        let mut c = core.borrow_mut();
        c.timer = None;
        if !c.unsent() || c.stale || c.sending {
            return;
        }
        let Some(send) = c.send.clone() else { return };
        c.sending = true;
        c.show(Save::Saving);
        let value = c.value.clone();
        (value.clone(), send(Sent { value, etag: c.etag.clone(), last }))
    };
    let core = core.clone();
    spawn_local(async move {
        let answer = coming.await;
        core.borrow_mut().sending = false;
        match answer {
            Ok(etag) => {
                let more = {
                    let mut c = core.borrow_mut();
                    c.acknowledged = value;
                    c.etag = etag.or(c.etag.take());
                    c.tries = 0;
                    if c.unsent() {
                        c.kept = drafts::keep(&c.name, &c.value, c.etag.as_deref());
                    } else {
                        drafts::forget(&c.name);
                        c.show(Save::Saved(Moment::now()));
                    }
                    c.unsent()
                };
                if more {
                    later(&core, AFTER_THE_LAST_KEY);
                }
            }
            Err(error) if error.is_stale() => {
                let (on_stale, mine) = {
                    let mut c = core.borrow_mut();
                    c.stale = true;
                    c.show(Save::TwoTexts);
                    (c.on_stale.clone(), c.value.clone())
                };
                on_stale.emit(Stale { mine, error });
            }
            Err(error) if error.may_pass() || error.status == 401 => {
                let pause = {
                    let mut c = core.borrow_mut();
                    let kept = c.kept;
                    c.show(if kept { Save::OnDevice } else { Save::NotYet });
                    c.tries += 1;
                    let pause = PAUSES[(c.tries - 1).min(PAUSES.len() - 1)];
                    error.retry_after.map_or(pause, |s| pause.max(s.saturating_mul(1000)))
                };
                later(&core, pause);
            }
            // The next key tries again; the text may be what the server could not take.
            Err(error) => core.borrow_mut().show(Save::NotTaken(error.sentence().into())),
        }
    });
}

/// A text that saves itself. Get it with [`use_draft`].
pub struct Draft<T> {
    /// The text as it stands.
    pub value: T,
    /// How it stands with saving it; show it with `SaveState`.
    pub save: Save,
    /// Whether it began from a text that this device had kept.
    pub restored: bool,
    core: Shared<T>,
    redraw: Callback<()>,
}

impl<T: Clone> Clone for Draft<T> {
    fn clone(&self) -> Self {
        Self {
            value: self.value.clone(),
            save: self.save.clone(),
            restored: self.restored,
            core: self.core.clone(),
            redraw: self.redraw.clone(),
        }
    }
}

impl<T: Clone + PartialEq + Serialize + 'static> Draft<T> {
    /// Takes up a change: to the device at once, to the server soon.
    pub fn set(&self, value: T) {
        self.change(|old| *old = value);
    }

    /// Takes up a change of a part.
    pub fn change(&self, change: impl FnOnce(&mut T)) {
        {
            let mut c = self.core.borrow_mut();
            change(&mut c.value);
            let kept = drafts::keep(&c.name, &c.value, c.etag.as_deref());
            c.kept = kept;
            if !c.stale && !c.sending {
                c.show(match (kept, is_online()) {
                    (true, true) => Save::Saving,
                    (true, false) => Save::OnDevice,
                    (false, _) => Save::Writing,
                });
            }
        }
        self.redraw.emit(());
        later(&self.core, AFTER_THE_LAST_KEY);
    }

    /// For `onblur`: saves at once.
    pub fn blur(&self) -> Callback<()> {
        let core = self.core.clone();
        Callback::from(move |()| flush(&core, false))
    }

    /// Saves at once.
    pub fn flush(&self) {
        flush(&self.core, false);
    }

    /// Saves at once and waits for the answer: whether the server has all of it now.
    pub async fn saved(&self) -> bool {
        let mut tries = 0;
        loop {
            while self.core.borrow().sending {
                sleep(30).await;
            }
            // The second try is for what was written while the first was on its way.
            if !self.core.borrow().unsent() || tries == 2 {
                return !self.is_unsent();
            }
            tries += 1;
            flush(&self.core, false);
        }
    }

    /// Something beside the text was changed, so the server's tag moved on: later edits name this one.
    pub fn moved_on(&self, etag: Option<String>) {
        let mut c = self.core.borrow_mut();
        c.etag = etag.or(c.etag.take());
    }

    /// Whether there is something that the server has not acknowledged.
    pub fn is_unsent(&self) -> bool {
        let c = self.core.borrow();
        c.unsent() || c.sending
    }

    /// The tag of what the server has, after the last save.
    pub fn etag(&self) -> Option<String> {
        self.core.borrow().etag.clone()
    }

    /// After two texts were put together: goes on from this text, upon what the server has under this tag.
    pub fn settle(&self, value: T, etag: Option<String>) {
        {
            let mut c = self.core.borrow_mut();
            c.stale = false;
            c.etag = etag;
            c.value = value;
            c.kept = drafts::keep(&c.name, &c.value, c.etag.as_deref());
        }
        self.redraw.emit(());
        flush(&self.core, false);
    }
}

/// Writing that saves itself. `send` gives the new tag.
///
/// ```text
/// let draft = use_draft(
///     DraftOptions { name: format!("entry:{id}"), start: entry.text.clone(), etag, on_stale },
///     move |sent| { let id = id.clone(); async move { api::entries::write(&id, sent).await } },
/// );
/// html! {
///     <Prose label="Your writing" value={draft.value.clone()} onblur={draft.blur()} oninput={…draft.set(text)…} />
///     <SaveState save={draft.save.clone()} />
/// }
/// ```
#[hook]
pub fn use_draft<T, S, F>(options: DraftOptions<T>, send: S) -> Draft<T>
where
    T: Clone + PartialEq + Serialize + DeserializeOwned + 'static,
    S: Fn(Sent<T>) -> F + 'static,
    F: Future<Output = Result<Option<String>, ApiError>> + 'static,
{
    let DraftOptions { name, start, etag, on_stale } = options;
    let update = use_force_update();
    let redraw = use_callback((), move |(), ()| update.force_update());
    let made = use_memo(name.clone(), |name| {
        let waiting = drafts::waiting::<T>(name).filter(|w| w.value != start);
        if waiting.is_none() {
            // The last word of a page that went arrived: kept longer, it would one day stand against a newer text.
            drafts::forget(name);
        }
        let restored = waiting.is_some();
        let (value, etag) = match waiting {
            Some(w) => (w.value, w.etag.or_else(|| etag.clone())),
            None => (start.clone(), etag.clone()),
        };
        let core = Rc::new(RefCell::new(Core {
            name: name.clone(),
            value,
            acknowledged: start.clone(),
            etag,
            kept: restored,
            sending: false,
            stale: false,
            tries: 0,
            save: Save::Unchanged,
            timer: None,
            hold: None,
            send: None,
            on_stale: Callback::noop(),
            redraw: None,
        }));
        (core, restored)
    });
    let (core, restored) = (made.0.clone(), made.1);
    {
        let mut c = core.borrow_mut();
        c.send = Some(Rc::new(move |sent| Box::pin(send(sent))));
        c.on_stale = on_stale;
        c.redraw = Some(redraw.clone());
    }

    // A text that the page loaded anew replaces one that nobody touched.
    let first = use_mut_ref(|| true);
    use_effect_with((name.clone(), etag.clone()), {
        let (core, redraw) = (core.clone(), redraw.clone());
        move |_| {
            let mut c = core.borrow_mut();
            if !first.replace(false) && !c.unsent() && !c.sending && c.etag != etag {
                c.value = start.clone();
                c.acknowledged = start;
                c.etag = etag;
                drop(c);
                redraw.emit(());
            }
        }
    });

    use_effect_with(name, {
        let core = core.clone();
        move |_| {
            if restored {
                flush(&core, false);
            }
            let heard = [
                Listener::on(&window(), "pagehide", {
                    let core = core.clone();
                    move |_| flush(&core, true)
                }),
                Listener::on(&document(), "visibilitychange", {
                    let core = core.clone();
                    move |_| {
                        if document().visibility_state() == VisibilityState::Hidden {
                            flush(&core, true);
                        }
                    }
                }),
                Listener::on(&window(), "online", {
                    let core = core.clone();
                    move |_| flush(&core, false)
                }),
                Listener::on(&window(), "beforeunload", {
                    let core = core.clone();
                    move |event| {
                        let c = core.borrow();
                        if (c.unsent() || c.sending) && !c.kept {
                            event.prevent_default();
                            if let Some(event) = event.dyn_ref::<BeforeUnloadEvent>() {
                                event.set_return_value("unsaved");
                            }
                        }
                    }
                }),
            ];
            move || {
                drop(heard);
                core.borrow_mut().redraw = None;
                flush(&core, false);
                core.borrow_mut().hold = None;
            }
        }
    });

    let (value, save) = {
        let c = core.borrow();
        (c.value.clone(), c.save.clone())
    };
    Draft { value, save, restored, core, redraw }
}
