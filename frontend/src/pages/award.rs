//! The awards that one holds: the list, one award, and its certificate.

mod certificate;
mod list;
mod one;
mod share;

pub use certificate::Certificate;
pub use list::Awards;
pub use one::Award;

use crate::router::encode;

/// A picture that came as SVG, as an address of its own. It is shown as a picture, so nothing in it can run.
pub(crate) fn picture(svg: &str) -> String {
    let mut address = String::from("data:image/svg+xml,");
    encode(svg, &mut address);
    address
}

/// An address as it is printed: without `https://`.
pub(super) fn printed(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_carries_no_bare_sign() {
        let address = picture("<svg xmlns=\"http://www.w3.org/2000/svg\"><path d='M0 0#'/></svg>");
        assert!(address.starts_with("data:image/svg+xml,%3Csvg%20xmlns%3D%22"));
        assert!(!address.contains(['<', '>', '"', '#', ' ']));
    }

    #[test]
    fn an_address_is_printed_short() {
        assert_eq!(printed("https://cairn.example/v/abc"), "cairn.example/v/abc");
        assert_eq!(printed("cairn.example/v/abc"), "cairn.example/v/abc");
    }
}
