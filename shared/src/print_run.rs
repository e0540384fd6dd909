//! Print runs: the certificates of a round or of an evening as one document.

use crate::{
    code::codes,
    ids::{CelebrationId, PrintRunId, RoundId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

codes! {
    /// How far a print run is.
    PrintStage {
        /// Its pages are being set.
        Making = "making",
        /// It can be fetched.
        Ready = "ready",
        /// Its server stopped before it was done. Begin another.
        Stopped = "stopped",
    }
}

/// Asks for the certificates of a round, or of those who come to a celebration: one of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginPrintRun {
    /// The round, whose certificates come by the holders' names.
    #[serde(default)]
    pub round_id: Option<RoundId>,
    /// The celebration, whose certificates come in the order of its running list.
    #[serde(default)]
    pub celebration_id: Option<CelebrationId>,
}

/// A print run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PrintRun {
    /// Which.
    pub id: PrintRunId,
    /// How far it is.
    pub stage: PrintStage,
    /// How many pages are set.
    pub made: i64,
    /// Of how many.
    pub total: i64,
    /// Whose certificates are not in it, because no typeface of this server has the letters of their names.
    pub left_out: Vec<String>,
    /// When it was begun.
    pub begun_at: Timestamp,
}
