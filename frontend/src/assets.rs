//! Where the app's own files are. Their names carry a hash of what is in them, so the page that was served says
//! in `<meta name="asset:…">` what each is called.

use wasm_bindgen::JsCast;
use web_sys::HtmlMetaElement;
use yew::AttrValue;

/// The address of an asset by its path under `assets/`, such as `art/badge-qms.svg`.
pub fn asset(path: &str) -> AttrValue {
    crate::browser::document()
        .query_selector(&format!("meta[name=\"asset:{path}\"]"))
        .ok()
        .flatten()
        .and_then(|meta| meta.dyn_into::<HtmlMetaElement>().ok())
        .map_or_else(|| format!("/assets/{path}"), |meta| meta.content())
        .into()
}
