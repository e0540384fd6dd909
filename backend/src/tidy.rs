//! What goes by itself, once it has served its purpose.

use crate::{award, celebration, db::DbError, idempotency, print_run, problem::ApiResult, state::State};
use actix_web::rt::time::sleep;
use std::time::Duration;

const PAUSE: Duration = Duration::from_secs(60 * 60);

/// Tidies up now and every hour, for as long as it is waited for. Each server does it, and no harm is done by two.
pub async fn hourly(state: &State) {
    loop {
        let now = state.now();
        match state.db.write(move |tx| -> Result<_, DbError> { Ok(idempotency::forget(tx, now)?) }).await {
            Ok(answers) => tracing::debug!(answers, "forgot answers that nobody asks for any more"),
            Err(error) => tracing::warn!(%error, "could not tidy up"),
        }
        match award::actions::sign_what_is_not(state).await {
            Ok(0) => {}
            Ok(awards) => tracing::info!(awards, "signed badges of awards that had none"),
            Err(error) => tracing::warn!(cause = error.cause(), "could not sign badges"),
        }
        said("reminded guests", "could not remind guests", celebration::actions::remind(state).await);
        said("deleted what guests need", "could not delete what guests need", celebration::actions::clear(state).await);
        said("forgot print runs", "could not forget print runs", print_run::actions::forget(state).await);
        sleep(PAUSE).await;
    }
}

fn said(done: &'static str, not_done: &'static str, outcome: ApiResult<usize>) {
    match outcome {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "{done}"),
        Err(error) => tracing::warn!(cause = error.cause(), "{not_done}"),
    }
}
