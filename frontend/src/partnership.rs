//! Whose Cairn this is. One deployment is one partnership; the server tells its name.

use yew::prelude::*;

/// The partnership.
#[derive(Clone, Debug, PartialEq)]
pub struct Partnership {
    /// Its name, as it stands in the footer and on letters.
    pub name: AttrValue,
}

impl Default for Partnership {
    fn default() -> Self {
        Self { name: AttrValue::Static("Cairn partnership") }
    }
}

/// The partnership.
#[hook]
pub fn use_partnership() -> Partnership {
    use_context::<Partnership>().unwrap_or_default()
}
