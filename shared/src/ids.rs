//! Typed identifiers, so that an id of one kind can't be handed over as another.
//!
//! Every id is a UUID of version 7, written as text in the API and in both databases. This crate makes none: the
//! server's `ids` port does, because randomness is the world's.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The text is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("This is not an identifier that Cairn makes.")
    }
}

impl std::error::Error for NotAnId {}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String, format = "uuid", max_length = 36, examples("0193589c-7b1e-7d3a-9c35-3f1d5e0b7a11"))]
        pub struct $name(Uuid);

        impl $name {
            /// Names a thing by a UUID made elsewhere.
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID itself.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Uuid::try_parse(text).map(Self).map_err(|_| NotAnId)
            }
        }
    )*};
}

ids! {
    /// A person who has, or is invited to have, an account.
    PersonId
    /// A celebration.
    CelebrationId
    /// An invitation to a celebration.
    InvitationId
    /// A print run.
    PrintRunId
    /// A partner school.
    SchoolId
    /// One signed-in device.
    SessionId
    /// An [`entry`](crate::entry): a moment or reflection.
    EntryId
    /// An earlier text of an entry.
    VersionId
    /// A [standard link](crate::entry::StandardLink).
    LinkId
    /// A piece of [evidence](crate::entry::Evidence).
    EvidenceId
    /// One mentor working towards one qualification.
    CandidacyId
    /// A [portfolio](crate::portfolio).
    PortfolioId
    /// One piece in a portfolio's run.
    PieceId
    /// A sealed [edition](crate::edition).
    EditionId
    /// A [submission](crate::submission).
    SubmissionId
    /// A [round](crate::round).
    RoundId
    /// A [review](crate::review): one reviewer's reading of one submission, begun by an assignment.
    ReviewId
    /// A reviewer's comment.
    CommentId
    /// A declared conflict.
    ConflictId
    /// A [decision](crate::decision).
    DecisionId
    /// A [suggestion](crate::review::Suggestion) of a decision.
    SuggestionId
    /// An [award](crate::award).
    AwardId
    /// A credential: an award as machines read it. Its id stands in a public address, and can't be guessed.
    CredentialId
    /// An [import](crate::import) of people and schools.
    ImportId
    /// A letter that Cairn wrote and sends by e-mail.
    MailId
}
