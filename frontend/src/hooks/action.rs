//! Doing something once: a second click while it runs does nothing.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api::ApiError;

/// Something that can be done. Get it with [`use_action`].
pub struct Action<A> {
    /// Whether it is being done.
    pub running: bool,
    /// Why it brought nothing, the last time.
    pub trouble: Option<ApiError>,
    run: Callback<A>,
    clear: Callback<()>,
}

impl<A> Clone for Action<A> {
    fn clone(&self) -> Self {
        Self { running: self.running, trouble: self.trouble.clone(), run: self.run.clone(), clear: self.clear.clone() }
    }
}

impl<A: 'static> Action<A> {
    /// Does it, unless it is being done.
    pub fn run(&self, argument: A) {
        self.run.emit(argument);
    }

    /// A callback that does it.
    pub fn runner(&self) -> Callback<A> {
        self.run.clone()
    }

    /// Forgets why it brought nothing.
    pub fn clear(&self) {
        self.clear.emit(());
    }
}

/// Something that can be done, and what to do when it is.
///
/// ```text
/// let keep = use_action(
///     move |text: String| { let key = key.clone(); async move { api::entries::add(&text, &key).await } },
///     move |entry| navigate(&Route::Entry(entry.id.into())),
/// );
/// html! { <Button onclick={keep.runner().reform(…)} busy={keep.running}>{ "Keep it" }</Button> }
/// ```
#[hook]
pub fn use_action<A, T, D, F, S>(act: D, done: S) -> Action<A>
where
    A: 'static,
    T: 'static,
    D: Fn(A) -> F + 'static,
    F: Future<Output = Result<T, ApiError>> + 'static,
    S: Fn(T) + 'static,
{
    let doing = use_doing();
    let done = Rc::new(done);
    let run = {
        let doing = doing.clone();
        Callback::from(move |argument: A| {
            if doing.begins() {
                let (coming, done) = (act(argument), done.clone());
                doing.waits_for(Box::pin(async move {
                    coming.await.map(|value| Box::new(move || done(value)) as Box<dyn FnOnce()>)
                }));
            }
        })
    };
    let clear = {
        let trouble = doing.trouble.setter();
        Callback::from(move |()| trouble.set(None))
    };
    Action { running: *doing.running, trouble: (*doing.trouble).clone(), run, clear }
}

/// What is being done, without its types: all that is the same for every action is compiled once.
type Coming = Pin<Box<dyn Future<Output = Result<Box<dyn FnOnce()>, ApiError>>>>;

#[derive(Clone)]
struct Doing {
    running: UseStateHandle<bool>,
    trouble: UseStateHandle<Option<ApiError>>,
    /// The state is one render behind the click; this is not.
    busy: Rc<Cell<bool>>,
    gone: Rc<Cell<bool>>,
}

#[hook]
fn use_doing() -> Doing {
    let running = use_state_eq(|| false);
    let trouble = use_state_eq(|| None::<ApiError>);
    let busy = use_memo((), |()| Cell::new(false));
    let gone = use_memo((), |()| Cell::new(false));
    use_effect_with((), {
        let gone = gone.clone();
        move |()| move || gone.set(true)
    });
    Doing { running, trouble, busy, gone }
}

impl Doing {
    /// Whether it begins now: not while it is being done.
    fn begins(&self) -> bool {
        let free = !self.busy.replace(true);
        if free {
            self.running.set(true);
            self.trouble.set(None);
        }
        free
    }

    fn waits_for(&self, coming: Coming) {
        let doing = self.clone();
        spawn_local(async move {
            let result = coming.await;
            doing.busy.set(false);
            let gone = doing.gone.get();
            if !gone {
                doing.running.set(false);
            }
            match result {
                Ok(done) => done(),
                Err(error) if !gone => doing.trouble.set(Some(error)),
                Err(_) => {}
            }
        });
    }
}
