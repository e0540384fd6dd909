//! Whose Cairn this is. One deployment is one partnership; the server tells its name to those who are signed in.

use yew::prelude::*;

/// The partnership.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Partnership {
    /// Its name, as it stands in the footer and on letters; none before somebody is signed in.
    pub name: Option<AttrValue>,
}

impl Partnership {
    /// It in the middle of a sentence: by its name, or as the reader's own.
    pub fn in_words(&self) -> String {
        self.name.as_ref().map_or_else(|| "your partnership".to_owned(), |name| format!("the {name}"))
    }
}

/// The partnership.
#[hook]
pub fn use_partnership() -> Partnership {
    use_context::<Partnership>().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_words_before_its_name_is_known() {
        assert_eq!(Partnership::default().in_words(), "your partnership");
        let named = Partnership { name: Some("Northfell Partnership".into()) };
        assert_eq!(named.in_words(), "the Northfell Partnership");
    }
}
