//! Loading a long list a page at a time.

use std::future::Future;
use std::rc::Rc;

use cairn_shared::list::Page;
use yew::prelude::*;

use super::{LoadState, use_action, use_loaded};
use crate::api::ApiError;

/// A long list. Get it with [`use_pages`].
pub struct Pages<T> {
    /// What is here of it.
    pub state: LoadState<Vec<T>>,
    /// Whether there is more.
    pub more: bool,
    /// Whether the next page is coming.
    pub busy: bool,
    /// Whether the whole list is being loaded anew, or another one, while this one is shown.
    pub reloading: bool,
    /// Why the next page, or the list anew, did not come.
    pub trouble: Option<ApiError>,
    /// Asks for the next page.
    pub load_more: Callback<()>,
    /// Loads it anew from its beginning; what is here stays until then.
    pub reload: Callback<()>,
}

/// What came after the first page, and after which one.
struct Rest<T> {
    of: Rc<Page<T>>,
    items: Vec<T>,
    next: Option<String>,
}

impl<T: PartialEq> PartialEq for Rest<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.of, &other.of) && self.items.len() == other.items.len() && self.next == other.next
    }
}

/// Loads a long list a page at a time, from its beginning whenever `key` changes. `load` is told the cursor of the
/// page before. The list of the old key stays until the new one is here.
#[hook]
pub fn use_pages<K, T, L, F>(key: K, load: L) -> Pages<T>
where
    K: PartialEq + Clone + 'static,
    T: Clone + PartialEq + 'static,
    L: Fn(K, Option<String>) -> F + Clone + 'static,
    F: Future<Output = Result<Page<T>, ApiError>> + 'static,
{
    let first = use_loaded(key.clone(), {
        let load = load.clone();
        move |key| load(key, None)
    });
    let rest = use_state(|| None::<Rest<T>>);
    let shown = use_mut_ref(|| None::<Rc<Page<T>>>);
    let other = match &first.state {
        LoadState::Loaded(page) => {
            shown.replace(Some(page.clone()));
            false
        }
        LoadState::Loading => true,
        LoadState::Problem(_) => {
            shown.replace(None);
            false
        }
    };
    let page = shown.borrow().clone();
    let of = |page: &Rc<Page<T>>| rest.as_ref().filter(|rest| Rc::ptr_eq(&rest.of, page));
    let next = page.as_ref().and_then(|page| match of(page) {
        Some(rest) => rest.next.clone(),
        None => page.next.clone(),
    });
    let coming = use_action(
        move |(page, before, after): (Rc<Page<T>>, Vec<T>, String)| {
            let (load, key) = (load.clone(), key.clone());
            async move { load(key, Some(after)).await.map(|next| (page, before, next)) }
        },
        {
            let rest = rest.setter();
            move |(of, mut items, next): (Rc<Page<T>>, Vec<T>, Page<T>)| {
                items.extend(next.items);
                rest.set(Some(Rest { of, items, next: next.next }));
            }
        },
    );
    let so_far = page.as_ref().and_then(of).map_or_else(Vec::new, |rest| rest.items.clone());
    let load_more = {
        let (coming, page, next, so_far) = (coming.clone(), page.clone(), next.clone(), so_far.clone());
        Callback::from(move |()| {
            if let (Some(page), Some(next)) = (page.clone(), next.clone()) {
                coming.run((page, so_far.clone(), next));
            }
        })
    };
    let state = match (&page, &first.state) {
        (Some(page), _) => LoadState::Loaded(Rc::new(page.items.iter().cloned().chain(so_far).collect())),
        (None, LoadState::Problem(error)) => LoadState::Problem(error.clone()),
        (None, _) => LoadState::Loading,
    };
    Pages {
        state,
        more: next.is_some(),
        busy: coming.running,
        reloading: page.is_some() && (other || first.reloading),
        trouble: coming.trouble.clone().or_else(|| first.trouble.clone()),
        load_more,
        reload: first.reloader(),
    }
}
