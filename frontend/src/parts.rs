//! Parts that several pages share and that know a word of the domain: the four standards, the cairns' figure,
//! signing out.

mod edition;
mod frame;
mod phase;
mod printing;
mod shortcuts;
mod sign_out;
mod standards;

pub use edition::{
    EditionStory, EntryStory, EvidenceCard, Mark, Noted, Run, Spot, blocks, entry_name, kind_of, open as open_file,
    quoted, selected_passage,
};
pub use frame::{form_problems, framed, problem_at};
pub use phase::{PhaseTag, day, short_day};
pub use printing::Printing;
pub use shortcuts::{KeyHints, ShortcutSettings, Shortcuts};
pub use sign_out::SignOut;
pub use standards::{CairnsFigure, STANDARDS, StandardMark, StandardPicker, standard_choices};
