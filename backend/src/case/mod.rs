//! The standards as other systems read them: a framework of CASE 1.1 (1EdTech Competencies and Academic Standards Exchange),
//! to whose items badges point. Nothing here is anybody's, and everybody may read it.

mod documents;
mod pages;

pub use documents::item_address;
pub use pages::pages;
