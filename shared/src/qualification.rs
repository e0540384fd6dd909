//! The two qualifications.

use crate::code::codes;

codes! {
    /// A qualification that recognises mentoring. The second does not ask for the first (`domain.md`, section 5, 9).
    Qualification {
        /// Qualified Mentor Status: supports and guides a trainee.
        Qms = "qms",
        /// Qualified Lead Mentor Status: supports and guides other mentors in the setting.
        Qlms = "qlms",
    }
}

impl Qualification {
    /// Its title in a sentence: "qualified mentor status".
    pub const fn title(self) -> &'static str {
        match self {
            Self::Qms => "qualified mentor status",
            Self::Qlms => "qualified lead mentor status",
        }
    }

    /// Its title at the head of a certificate: "Qualified mentor status".
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Qms => "Qualified mentor status",
            Self::Qlms => "Qualified lead mentor status",
        }
    }

    /// Its letters: "QMS".
    pub const fn letters(self) -> &'static str {
        match self {
            Self::Qms => "QMS",
            Self::Qlms => "QLMS",
        }
    }

    /// What a holder is called: "a qualified mentor".
    pub const fn holder(self) -> &'static str {
        match self {
            Self::Qms => "a qualified mentor",
            Self::Qlms => "a qualified lead mentor",
        }
    }

    /// What it recognises.
    pub const fn scope(self) -> &'static str {
        match self {
            Self::Qms => "Supports and guides a beginning teacher",
            Self::Qlms => "Supports and guides other mentors",
        }
    }
}
