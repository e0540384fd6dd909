//! The offline checker before somebody takes it along: the page that `cargo xtask web` made of `checker/`, with places for
//! what the issuer tells everybody.

use crate::web::{self, escape};
use cairn_credential::snapshot::Snapshot;

/// A page with places in it, `{{partnership}}` and the like.
pub struct Template(String);

impl Template {
    /// The one that was built with the web app.
    ///
    /// # Errors
    /// `None` if it was not built.
    pub fn built() -> Option<Self> {
        web::checker().map(Self)
    }

    /// One that is written here.
    pub fn new(page: impl Into<String>) -> Self {
        Self(page.into())
    }

    /// The page with that snapshot in it. `fresh` is where there will be a newer one.
    pub fn fill(&self, snapshot: &Snapshot, fresh: &str) -> String {
        let value = |place: &str| match place {
            "partnership" => Some(escape(&snapshot.name)),
            "as_of" => Some(escape(&snapshot.as_of())),
            "fresh" => Some(escape(fresh)),
            "snapshot" => Some(json(snapshot)),
            _ => None,
        };
        let (mut filled, mut rest) = (String::with_capacity(self.0.len() + 4096), self.0.as_str());
        while let Some((before, after)) = rest.split_once("{{") {
            filled.push_str(before);
            let place = after.split_once("}}").and_then(|(place, behind)| Some((value(place)?, behind)));
            rest = match place {
                Some((value, behind)) => {
                    filled.push_str(&value);
                    behind
                }
                // Two braces that are something else.
                None => {
                    filled.push_str("{{");
                    after
                }
            };
        }
        filled + rest
    }
}

/// JSON that can stand in a script of a page: nothing in it ends the script, or begins a comment.
fn json(snapshot: &Snapshot) -> String {
    let text = serde_json::to_string(snapshot).expect("a snapshot is text, lists and numbers");
    text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_credential::key::PublicKeys;

    #[test]
    fn what_is_filled_in_stays_text_and_can_be_read_again() {
        let keys = PublicKeys::new("did:web:cairn.example".into(), Vec::new());
        let name = "Fell & </script><!--<script> {{fresh}}";
        let snapshot = Snapshot::new(name.into(), &keys, Vec::new(), "2027-06-16T09:14:30Z".parse().unwrap());
        let template =
            Template::new("<p>{{partnership}}, {{as_of}}, {{fresh}}</p>{{other}}{{<script>{{snapshot}}</script>");
        let page = template.fill(&snapshot, "https://cairn.example/?a&b");
        let (words, json) = page.split_once("{{<script>").unwrap();
        assert_eq!(
            words,
            "<p>Fell &amp; &lt;/script&gt;&lt;!--&lt;script&gt; {{fresh}}, 16 June 2027, 10.14, https://cairn.example/?a&amp;b\
             </p>{{other}}"
        );
        let json = json.strip_suffix("</script>").unwrap();
        assert!(!json.contains(['<', '>', '&']), "{json}");
        assert_eq!(serde_json::from_str::<Snapshot>(json).unwrap(), snapshot);
    }
}
