//! The record of what was done: append-only, in the transaction of what it tells of.
//!
//! A row holds ids and a word of a closed list, never anything that a person wrote.

use crate::db::{At, Tx, schema::audit as table};
use cairn_shared::{ids::PersonId, time::Timestamp};
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use std::fmt::Display;
use uuid::{Builder, Uuid, Variant, Version};

/// Who did something and when. Made before the transaction, because a transaction may run twice.
#[derive(Debug, Clone, Copy)]
pub struct Stamp {
    /// Who; nobody where the server acts by itself.
    pub actor: Option<PersonId>,
    /// When.
    pub now: Timestamp,
    /// An id from which those of the rows are made.
    pub seed: Uuid,
}

impl Stamp {
    /// An id that follows from the stamp and a name, so that a transaction that runs twice makes the same one. Use a
    /// name once for each kind of thing.
    pub fn derive<T: From<Uuid>>(&self, name: &str) -> T {
        let seed = self.seed.as_bytes();
        let hash = Sha256::new().chain_update(seed).chain_update(name).finalize();
        // The moment stays in front; the rest follows from all of the seed, of which two of one millisecond share all but a few bits.
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&seed[..6]);
        bytes[6..].copy_from_slice(&hash[..10]);
        T::from(Builder::from_bytes(bytes).with_version(Version::SortRand).with_variant(Variant::RFC4122).into_uuid())
    }
}

/// Everything that is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Action {
    AddressChangeAsked,
    AddressChangeEnded,
    AddressChanged,
    AssignmentEnded,
    AwardIssued,
    AwardPublished,
    AwardReissued,
    AwardRevoked,
    AwardWithdrawn,
    CandidacyStarted,
    CarryOverUndone,
    CelebrationCancelled,
    CelebrationChanged,
    CelebrationPlanned,
    CommentEdited,
    ConflictDeclared,
    ConflictWithdrawn,
    DatesMoved,
    DecisionCorrected,
    DecisionRecorded,
    DecisionUndone,
    GuestInvited,
    GuestsThanked,
    ImportBegun,
    ImportMade,
    InvitationAnswered,
    MembershipBegun,
    MembershipChanged,
    MembershipEnded,
    PanelNamed,
    PaperDescribed,
    PaperReceiptUndone,
    PaperReceived,
    PaperRegistered,
    PaperReturnUndone,
    PaperReturned,
    PasswordSet,
    PersonAdded,
    PersonChanged,
    PersonInvited,
    PersonLeft,
    RecoveryCodeUsed,
    ReviewSent,
    ReviewerAssigned,
    ReviewerNudged,
    RolesChanged,
    RoundPlanned,
    RoundReleased,
    SchoolAdded,
    SchoolChanged,
    SecondStepBegun,
    SecondStepEnded,
    SignedIn,
    SignedOut,
    StageShared,
    SteppedAside,
    SubmissionCarriedOver,
    SubmissionPlaced,
    SubmissionSent,
    SubmissionWithdrawn,
    TokenReused,
}

/// Records an action on an object, and whom it is about where that is somebody else.
///
/// # Errors
/// Those of the database.
pub fn record(
    tx: &mut Tx<'_>,
    stamp: &Stamp,
    action: Action,
    object_kind: &str,
    object_id: impl Display,
    about: Option<PersonId>,
) -> QueryResult<()> {
    let object_id = object_id.to_string();
    let id: Uuid = stamp.derive(&format!("{action:?} {object_id} {about:?}"));
    diesel::insert_into(table::table)
        .values((
            table::id.eq(id.to_string()),
            table::at.eq(At::from(stamp.now)),
            table::actor_id.eq(stamp.actor.map(|a| a.to_string())),
            table::action.eq(snake(&format!("{action:?}"))),
            table::object_kind.eq(object_kind),
            table::object_id.eq(object_id),
            table::about_id.eq(about.map(|a| a.to_string())),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

fn snake(name: &str) -> String {
    name.chars().fold(String::new(), |mut snake, c| {
        if c.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
        snake
    })
}
