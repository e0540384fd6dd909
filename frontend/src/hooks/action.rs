//! Doing something once: a second click while it runs does nothing.

use std::cell::Cell;
use std::future::Future;
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
    let running = use_state_eq(|| false);
    let trouble = use_state_eq(|| None::<ApiError>);
    // The state is one render behind the click; this is not.
    let busy = use_memo((), |()| Cell::new(false));
    let gone = use_memo((), |()| Cell::new(false));
    use_effect_with((), {
        let gone = gone.clone();
        move |()| move || gone.set(true)
    });
    let done = Rc::new(done);
    let run = {
        let (running, trouble) = (running.setter(), trouble.setter());
        Callback::from(move |argument: A| {
            if busy.replace(true) {
                return;
            }
            running.set(true);
            trouble.set(None);
            let doing = act(argument);
            let (busy, gone, done) = (busy.clone(), gone.clone(), done.clone());
            let (running, trouble) = (running.clone(), trouble.clone());
            spawn_local(async move {
                let result = doing.await;
                busy.set(false);
                if !gone.get() {
                    running.set(false);
                }
                match result {
                    Ok(value) => done(value),
                    Err(error) if !gone.get() => trouble.set(Some(error)),
                    Err(_) => {}
                }
            });
        })
    };
    let clear = {
        let trouble = trouble.setter();
        Callback::from(move |()| trouble.set(None))
    };
    Action { running: *running, trouble: (*trouble).clone(), run, clear }
}
