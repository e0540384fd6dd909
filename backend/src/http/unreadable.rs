//! What serde says of a value that doesn't fit, said again for a person: which field, and what to send there.
//!
//! serde speaks to programmers, in words that stand nowhere in Cairn. What our own types say passes as it is.

use cairn_shared::problem::FieldError;

/// The field error for what serde said of the place with that JSON pointer.
pub fn field_error(pointer: String, said: &str) -> FieldError {
    let below = |name: &str| format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
    let (pointer, code, detail) = if let Some(name) = named(said, "missing field `") {
        (below(name), "needed", format!("“{name}” is needed here."))
    } else if let Some(name) = named(said, "unknown field `") {
        // A field that nobody knows is the place already, where serde got as far as its value.
        let at = if pointer.ends_with(&below(name)[pointer.len()..]) { pointer.clone() } else { below(name) };
        (at, "not_known", format!("“{name}” is nothing that is taken here. Leave it out."))
    } else if let Some(name) = named(said, "duplicate field `") {
        (below(name), "twice", format!("“{name}” stands here twice. Send it once."))
    } else if said.starts_with("unknown variant `") {
        let known = said.split_once(", expected ").map_or("", |(_, known)| known);
        let known = known.trim_start_matches("one of ").replace('`', "");
        (pointer, "invalid", format!("Send one of these: {known}."))
    } else if let Some((_, expected)) = said.strip_prefix("invalid type: ").and_then(|s| s.split_once(", expected ")) {
        (pointer, "invalid", format!("This has to be {}.", kind(expected)))
    } else {
        (pointer, "invalid", plainly(said))
    };
    FieldError { pointer, code: code.into(), detail }
}

/// The name that stands behind that beginning.
fn named<'s>(said: &'s str, beginning: &str) -> Option<&'s str> {
    said.strip_prefix(beginning)?.split('`').next()
}

/// A type of serde's, as a person would call it.
fn kind(expected: &str) -> &'static str {
    match expected {
        "a string" | "string" | "a borrowed string" => "a text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "unit" | "null" => "null",
        number if number.starts_with(['i', 'u']) && number[1..].parse::<u8>().is_ok() => "a whole number",
        object if object.starts_with("struct ") || object.contains("map") => "an object",
        tagged if tagged.contains("enum") => "an object that says of which kind it is",
        _ => "something else: the API's document says what",
    }
}

/// What is said of numbers and lengths; everything else is our own types' and stays.
fn plainly(said: &str) -> String {
    let plain = if said.contains("digit found in string") || said.contains("integer from empty string") {
        "Send a whole number."
    } else if said.starts_with("invalid value: integer") || said.contains("to fit in target type") {
        "This number is too small or too large."
    } else if said.contains("not `true` or `false`") {
        "Send true or false."
    } else if said.starts_with("invalid length") {
        "There are too many things in this list, or too few."
    } else if said.starts_with("invalid value") {
        "This value doesn’t fit. The API’s document says which do."
    } else {
        said
    };
    plain.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> (String, String, String) {
        let error = field_error("/link".into(), text);
        (error.pointer, error.code, error.detail)
    }

    #[test]
    fn the_field_is_the_one_that_is_meant() {
        let of = |text| (said(text).0, said(text).1);
        assert_eq!(of("missing field `text`"), ("/link/text".into(), "needed".into()));
        assert_eq!(of("unknown field `a/b`, expected one of `x`, `y`"), ("/link/a~1b".into(), "not_known".into()));
        assert_eq!(of("unknown field `link`, there are no fields"), ("/link".into(), "not_known".into()));
        assert_eq!(of("duplicate field `text`"), ("/link/text".into(), "twice".into()));
        assert_eq!(of("invalid type: integer `7`, expected a string"), ("/link".into(), "invalid".into()));
    }

    #[test]
    fn what_is_said_is_for_a_person() {
        let of = |text| said(text).2;
        assert_eq!(of("unknown variant `s9`, expected one of `s1`, `s2`"), "Send one of these: s1, s2.");
        assert_eq!(of("invalid type: null, expected a string"), "This has to be a text.");
        assert_eq!(of("invalid type: string \"x\", expected u16"), "This has to be a whole number.");
        assert_eq!(of("invalid type: integer `7`, expected struct Anchor"), "This has to be an object.");
        assert_eq!(of("invalid digit found in string"), "Send a whole number.");
        assert_eq!(of("Write something here first."), "Write something here first.");
    }
}
