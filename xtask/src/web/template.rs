//! The page's template: text with `{{placeholders}}`, and no logic.

use anyhow::{Context, Result};

/// Replaces each `{{placeholder}}` by what `value_of` says for it.
pub fn fill(template: &str, value_of: impl Fn(&str) -> Result<String>) -> Result<String> {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (placeholder, behind) = after.split_once("}}").context("a `{{` has no `}}`")?;
        filled.push_str(before);
        filled.push_str(&value_of(placeholder.trim())?);
        rest = behind;
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    fn filled(template: &str) -> Result<String> {
        fill(template, |name| match name {
            "css" => Ok("/cairn-1.css".to_owned()),
            "braces" => Ok("{{css}}".to_owned()),
            other => bail!("nothing is called {other}"),
        })
    }

    #[test]
    fn placeholders_become_values() {
        assert_eq!(filled("<link href={{css}}>{{ css }}").unwrap(), "<link href=/cairn-1.css>/cairn-1.css");
        assert_eq!(filled("plain").unwrap(), "plain");
    }

    #[test]
    fn a_value_is_not_read_again() {
        assert_eq!(filled("{{braces}}").unwrap(), "{{css}}");
    }

    #[test]
    fn mistakes_are_errors() {
        assert_eq!(filled("{{cs}}").unwrap_err().to_string(), "nothing is called cs");
        assert!(filled("{{css").is_err());
    }
}
