//! Loading what a page shows: load, match on the state, markup.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::api::ApiError;

/// How far it has come.
#[derive(Clone, Debug, PartialEq)]
pub enum LoadState<T> {
    /// Nothing is here yet. (`Skeleton` shows itself only after 300 ms.)
    Loading,
    /// Here it is. It stays while it is loaded anew.
    Loaded(Rc<T>),
    /// It did not come, and nothing was here before.
    Problem(ApiError),
}

/// What is being loaded. Get it with [`use_loaded`].
pub struct Load<T> {
    /// How far it has come.
    pub state: LoadState<T>,
    /// Whether it is being loaded anew while the old value is shown.
    pub reloading: bool,
    /// Why the last try to load it anew brought nothing, while the old value is shown.
    pub trouble: Option<ApiError>,
    set: UseReducerDispatcher<Store>,
    again: Callback<()>,
}

impl<T> Clone for Load<T> {
    fn clone(&self) -> Self {
        Self {
            state: match &self.state {
                LoadState::Loading => LoadState::Loading,
                LoadState::Loaded(value) => LoadState::Loaded(value.clone()),
                LoadState::Problem(error) => LoadState::Problem(error.clone()),
            },
            reloading: self.reloading,
            trouble: self.trouble.clone(),
            set: self.set.clone(),
            again: self.again.clone(),
        }
    }
}

impl<T: 'static> Load<T> {
    /// Loads it anew; the old value stays until then.
    pub fn reload(&self) {
        self.again.emit(());
    }

    /// A callback that loads it anew.
    pub fn reloader(&self) -> Callback<()> {
        self.again.clone()
    }

    /// Puts a value in its place at once: what the server just answered, or what it is about to.
    pub fn put(&self, value: T) {
        self.set.dispatch(Step::Came(Ok(Rc::new(value))));
    }

    /// The value, if it is here.
    pub fn value(&self) -> Option<Rc<T>> {
        match &self.state {
            LoadState::Loaded(value) => Some(value.clone()),
            _ => None,
        }
    }
}

/// What was loaded, without its type: all that is the same for everything that is loaded is compiled once.
type Any = Rc<dyn std::any::Any>;
type Coming = Pin<Box<dyn Future<Output = Result<Any, ApiError>>>>;

struct Store {
    value: Option<Any>,
    trouble: Option<ApiError>,
    busy: bool,
}

enum Step {
    Began,
    /// Another thing altogether is loaded: the old value does not stay.
    Elsewhere,
    Came(Result<Any, ApiError>),
}

impl Reducible for Store {
    type Action = Step;

    fn reduce(self: Rc<Self>, step: Step) -> Rc<Self> {
        let value = self.value.clone();
        Rc::new(match step {
            Step::Began => Self { value, trouble: None, busy: true },
            Step::Elsewhere => Self { value: None, trouble: None, busy: true },
            Step::Came(Ok(value)) => Self { value: Some(value), trouble: None, busy: false },
            Step::Came(Err(error)) => Self { value, trouble: Some(error), busy: false },
        })
    }
}

/// Loads something, again whenever `key` changes.
///
/// ```text
/// let entry = use_loaded(id.clone(), |id| async move { api::entries::read(&id).await });
/// match &entry.state {
///     LoadState::Loading => html! { <Skeleton label="Loading the entry" /> },
///     LoadState::Problem(error) => html! { <Trouble error={error.clone()} again={entry.reloader()} /> },
///     LoadState::Loaded(entry) => html! { <Page title={entry.title.clone()}>…</Page> },
/// }
/// ```
#[hook]
pub fn use_loaded<K, T, L, F>(key: K, load: L) -> Load<T>
where
    K: PartialEq + Clone + 'static,
    T: 'static,
    L: Fn(K) -> F + 'static,
    F: Future<Output = Result<T, ApiError>> + 'static,
{
    // Which of the keys so far this is: the number changes with the key, and needs no type.
    let keys = use_mut_ref(|| (None::<K>, 0_u32));
    let number = {
        let mut keys = keys.borrow_mut();
        if keys.0.as_ref() != Some(&key) {
            *keys = (Some(key.clone()), keys.1 + 1);
        }
        keys.1
    };
    let begin = move || -> Coming {
        let coming = load(key.clone());
        Box::pin(async move { coming.await.map(|value| Rc::new(value) as Any) })
    };
    let (store, again) = use_store(number, Rc::new(begin));
    let value = store.value.clone().and_then(|value| value.downcast::<T>().ok());
    let here = value.is_some();
    let state = match (value, &store.trouble) {
        (Some(value), _) => LoadState::Loaded(value),
        (None, Some(error)) => LoadState::Problem(error.clone()),
        (None, None) => LoadState::Loading,
    };
    let trouble = here.then(|| store.trouble.clone()).flatten();
    Load { reloading: store.busy && here, state, trouble, set: store.dispatcher(), again }
}

#[hook]
fn use_store(number: u32, begin: Rc<dyn Fn() -> Coming>) -> (UseReducerHandle<Store>, Callback<()>) {
    let store = use_reducer(|| Store { value: None, trouble: None, busy: true });
    // Each load has a number; an answer to an older one is passed over.
    let turn = use_memo((), |()| Cell::new(0_u32));
    let turns = use_state(|| 0_u32);
    let last = use_mut_ref(|| 0_u32);
    use_effect_with((number, *turns), {
        let (set, turn) = (store.dispatcher(), turn.clone());
        move |(number, _): &(u32, u32)| {
            let same = last.replace(*number) == *number;
            turn.set(turn.get() + 1);
            let mine = turn.get();
            set.dispatch(if same { Step::Began } else { Step::Elsewhere });
            let coming = begin();
            spawn_local(async move {
                let came = coming.await;
                if turn.get() == mine {
                    set.dispatch(Step::Came(came));
                }
            });
        }
    });
    use_effect_with((), move |()| move || turn.set(turn.get() + 1));
    let counter = use_mut_ref(|| 0_u32);
    let again = use_callback((), {
        let turns = turns.setter();
        move |(), ()| {
            *counter.borrow_mut() += 1;
            turns.set(*counter.borrow());
        }
    });
    (store, again)
}
