//! What a badge turns out to be, in words: the same on the server's page and in the checker that people keep.

use crate::badge::Badge;
use cairn_shared::{
    credential::{BadgeVerdict, CheckedBadge},
    time::Timestamp,
};
use serde::Serialize;

/// The colour of a sentence, and the sign beside it, which says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// All is well.
    Good,
    /// Good to know.
    Note,
    /// It is something else.
    Other,
    /// There is something to do first.
    First,
    /// Please don't rely on it.
    Bad,
}

/// A sentence about a badge, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Words {
    /// Its colour and sign.
    pub tone: Tone,
    /// The sentence.
    pub title: String,
    /// What it means.
    pub detail: String,
}

impl Words {
    pub(crate) fn new(tone: Tone, title: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { tone, title: title.into(), detail: detail.into() }
    }

    /// There was nothing to look at.
    pub fn empty() -> Self {
        Self::new(Tone::First, "There is no badge yet.", "Choose the badge’s file, or paste what is in it.")
    }

    /// There was more than is looked at.
    pub fn too_large() -> Self {
        Self::new(
            Tone::First,
            "That file is larger than any badge.",
            "A badge has at most 1 MB. Choose the picture or the file that its holder gave you.",
        )
    }
}

/// What was found by whoever has the register at hand.
pub fn verdict(verdict: BadgeVerdict) -> Words {
    match verdict {
        BadgeVerdict::InForce => Words::new(
            Tone::Good,
            "This badge is genuine and in force.",
            "The partnership signed what it says, and the award holds.",
        ),
        BadgeVerdict::Replaced => Words::new(
            Tone::Note,
            "This badge is genuine, and there is a newer one.",
            "The award was issued anew, to another name or e-mail address. Ask its holder for the current badge.",
        ),
        BadgeVerdict::Revoked => Words::new(
            Tone::Bad,
            "This award is no longer in force.",
            "The partnership signed this badge, and has ended the award since. Please ask the partnership if you would \
             like to know more.",
        ),
        BadgeVerdict::NotRegistered => Words::new(
            Tone::Bad,
            "This badge is not in our register.",
            "Please don’t rely on it, and tell the partnership about it.",
        ),
        BadgeVerdict::NotOurs => Words::new(
            Tone::Other,
            "Somebody else issued this badge.",
            "It names another issuer, whose own page can tell whether it is genuine.",
        ),
        BadgeVerdict::Altered => Words::new(
            Tone::Bad,
            "This is not what the partnership signed.",
            "Something in it is different, if only a letter. Ask its holder for the file as they have it, or check the code \
             on the certificate.",
        ),
        BadgeVerdict::NotABadge => Words::new(
            Tone::Other,
            "There is no badge in this.",
            "A badge is a picture with a credential inside, or the credential’s own file. Pictures lose it when they are \
             copied or made smaller: ask for the file as it was downloaded.",
        ),
    }
}

/// What a genuine badge says beside its holder and its name: each fact with what it is called.
pub fn facts(badge: &CheckedBadge) -> [(&'static str, String); 4] {
    [
        ("Awarded", badge.awarded_on.in_words()),
        ("Awarded by", badge.awarded_by.clone()),
        ("Number", badge.number.clone()),
        ("Badge signed", badge.signed_at.london_date().in_words()),
    ]
}

/// A moment as it is said in London: “24 November 2026, 9.00”.
pub fn moment(at: Timestamp) -> String {
    let (hour, minute) = at.london_clock();
    format!("{}, {hour}.{minute:02}", at.london_date().in_words())
}

impl From<Badge> for CheckedBadge {
    fn from(badge: Badge) -> Self {
        Self {
            holder: badge.holder.name,
            name: badge.name,
            awarded_on: badge.awarded_on,
            awarded_by: badge.issuer.name,
            number: badge.number,
            signed_at: badge.valid_from,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_verdict_calls_a_badge_in_force() {
        for kind in BadgeVerdict::ALL.iter().copied() {
            let said = verdict(kind);
            assert_eq!(said.title.contains("genuine and in force"), kind == BadgeVerdict::InForce, "{said:?}");
            assert_eq!(said.tone == Tone::Good, kind == BadgeVerdict::InForce, "{said:?}");
        }
    }

    #[test]
    fn a_moment_is_told_as_in_london() {
        assert_eq!(moment("2027-06-16T09:04:59Z".parse().unwrap()), "16 June 2027, 10.04");
    }
}
