//! The badges' pictures, which ship inside the server: credentials are baked into them.

use cairn_shared::qualification::Qualification;

/// A badge as outlines, which need no font.
pub fn badge_svg(qualification: Qualification) -> &'static str {
    match qualification {
        Qualification::Qms => include_str!("../../frontend/assets/art/badge-qms.svg"),
        Qualification::Qlms => include_str!("../../frontend/assets/art/badge-qlms.svg"),
    }
}

/// A badge as points, 600 by 600, on nothing: for whoever takes no outlines.
pub fn badge_png(qualification: Qualification) -> &'static [u8] {
    match qualification {
        Qualification::Qms => include_bytes!("art/badge-qms.png"),
        Qualification::Qlms => include_bytes!("art/badge-qlms.png"),
    }
}
