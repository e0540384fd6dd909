//! Loading what a page shows: load, match on the state, markup.

use std::cell::Cell;
use std::future::Future;
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
    set: UseReducerDispatcher<Store<T>>,
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
        self.set.dispatch(Step::Came(Ok(value)));
    }

    /// The value, if it is here.
    pub fn value(&self) -> Option<Rc<T>> {
        match &self.state {
            LoadState::Loaded(value) => Some(value.clone()),
            _ => None,
        }
    }
}

struct Store<T> {
    value: Option<Rc<T>>,
    trouble: Option<ApiError>,
    busy: bool,
}

enum Step<T> {
    Began,
    /// Another thing altogether is loaded: the old value does not stay.
    Elsewhere,
    Came(Result<T, ApiError>),
}

impl<T> Reducible for Store<T> {
    type Action = Step<T>;

    fn reduce(self: Rc<Self>, step: Step<T>) -> Rc<Self> {
        let value = self.value.clone();
        Rc::new(match step {
            Step::Began => Self { value, trouble: None, busy: true },
            Step::Elsewhere => Self { value: None, trouble: None, busy: true },
            Step::Came(Ok(value)) => Self { value: Some(Rc::new(value)), trouble: None, busy: false },
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
    let store = use_reducer(|| Store { value: None, trouble: None, busy: true });
    let load = Rc::new(load);
    // Each load has a number; an answer to an older one is passed over.
    let turn = use_memo((), |()| Cell::new(0_u32));
    let turns = use_state(|| 0_u32);
    let begin = {
        let (set, turn) = (store.dispatcher(), turn.clone());
        move |key: K, first: Step<T>| {
            turn.set(turn.get() + 1);
            let mine = turn.get();
            set.dispatch(first);
            let coming = load(key);
            let (set, turn) = (set.clone(), turn.clone());
            spawn_local(async move {
                let came = coming.await;
                if turn.get() == mine {
                    set.dispatch(Step::Came(came));
                }
            });
        }
    };
    let last = use_mut_ref(|| None::<K>);
    use_effect_with((key, *turns), move |(key, _)| {
        let same = last.borrow().as_ref() == Some(key);
        last.borrow_mut().replace(key.clone());
        begin(key.clone(), if same { Step::Began } else { Step::Elsewhere });
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
    let state = match (&store.value, &store.trouble) {
        (Some(value), _) => LoadState::Loaded(value.clone()),
        (None, Some(error)) => LoadState::Problem(error.clone()),
        (None, None) => LoadState::Loading,
    };
    let trouble = store.value.is_some().then(|| store.trouble.clone()).flatten();
    Load { reloading: store.busy && store.value.is_some(), state, trouble, set: store.dispatcher(), again }
}
