//! Certificates of a round or of an evening as one document.

use cairn_shared::ids::PrintRunId;
use cairn_shared::print_run::{BeginPrintRun, PrintRun};

use super::{ApiError, Key, bytes, get, post};

/// Begins to set them.
///
/// # Errors
/// What came in the way; 409 where there is nothing to print.
pub async fn begin(asked: &BeginPrintRun, key: &Key) -> Result<PrintRun, ApiError> {
    post("/api/v1/print-runs", asked, key).await.map(|loaded| loaded.value)
}

/// How far it is.
///
/// # Errors
/// What came in the way.
pub async fn read(id: PrintRunId) -> Result<PrintRun, ApiError> {
    get(&format!("/api/v1/print-runs/{id}")).await.map(|loaded| loaded.value)
}

/// The document.
///
/// # Errors
/// What came in the way.
pub async fn document(id: PrintRunId) -> Result<Vec<u8>, ApiError> {
    bytes(&format!("/api/v1/print-runs/{id}/document")).await
}
