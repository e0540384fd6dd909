//! Icons of Lucide on pages that are made here, as in the design's sprite, which only the app's own page carries.

/// A magnifying glass.
pub const SEARCH: &str = "<path d=\"m21 21-4.34-4.34\"/><circle cx=\"11\" cy=\"11\" r=\"8\"/>";
/// A shield with a tick.
pub const SHIELD: &str = "<path d=\"M20 13c0 5-3.5 7.5-7.66 8.95a1 1 0 0 1-.67-.01C7.5 20.5 4 18 4 13V6a1 1 0 0 1 1-1c2 0 \
     4.5-1.2 6.24-2.72a1.17 1.17 0 0 1 1.52 0C14.51 3.81 17 5 19 5a1 1 0 0 1 1 1z\"/><path d=\"m9 12 2 2 4-4\"/>";
/// An i in a ring.
pub const INFO: &str = "<circle cx=\"12\" cy=\"12\" r=\"10\"/><path d=\"M12 16v-4\"/><path d=\"M12 8h.01\"/>";
/// A triangle with an exclamation mark.
pub const ALERT: &str = "<path d=\"m21.73 18-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3\"/>\
     <path d=\"M12 9v4\"/><path d=\"M12 17h.01\"/>";

/// An icon, beside words that say the same.
pub fn icon(paths: &str) -> String {
    format!("<svg class=\"ic\" viewBox=\"0 0 24 24\" aria-hidden=\"true\" focusable=\"false\">{paths}</svg>")
}
