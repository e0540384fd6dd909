//! Certificates as documents: what the web app shows as a page, for whoever prints it, and for a whole round at once.

use super::{
    actions::full_name,
    store::{self, AwardRow},
};
use crate::{
    actor::Actor,
    art,
    config::Config,
    db::Conn,
    problem::{ApiError, ApiResult},
    state::State,
};
use cairn_print::{Certificate, Letters, Medal, Unprintable, certificates};
use cairn_shared::{
    award::{AwardStatus, SHOWN, SIGNED_AS},
    ids::{AwardId, RoundId},
    problem::FieldError,
    qualification::Qualification,
};
use tokio::task::spawn_blocking;

/// What a certificate says, from which it can be made at any time.
#[derive(Clone)]
pub struct Facts {
    row: AwardRow,
    holder: String,
    on: String,
    check_at: String,
    verify_url: String,
    partnership: String,
}

impl Facts {
    pub(super) fn new(row: AwardRow, config: &Config) -> Self {
        let host = config.public_url.split_once("://").map_or(config.public_url.as_str(), |(_, host)| host);
        Self {
            holder: full_name(&row),
            on: row.awarded_on.in_words(),
            check_at: format!("{host}/verify"),
            verify_url: format!("{}/v/{}", config.public_url, row.token),
            partnership: config.partnership.clone(),
            row,
        }
    }

    /// To whom it was issued.
    pub fn holder(&self) -> &str {
        &self.holder
    }

    /// Whose it is.
    pub fn person(&self) -> cairn_shared::ids::PersonId {
        *self.row.person_id
    }

    /// The letters on the certificate that no typeface has.
    pub fn lacking(&self, letters: &Letters) -> Vec<String> {
        self.certificate().lacking(letters)
    }

    /// The certificate, to be set.
    pub fn certificate(&self) -> Certificate<'_> {
        let qualification = *self.row.qualification;
        let (year, month, day) = (self.row.awarded_on.year(), self.row.awarded_on.month(), self.row.awarded_on.day());
        Certificate {
            partnership: &self.partnership,
            holder: &self.holder,
            school: self.row.school_name.as_deref(),
            heading: qualification.heading(),
            shown: SHOWN,
            signed_by: self.row.signed_by.as_deref(),
            signed_as: self.row.signed_as.as_deref().unwrap_or(SIGNED_AS),
            on: &self.on,
            day: (year, month as u8, day as u8),
            number: &self.row.number,
            code: self.row.code.as_str(),
            check_at: &self.check_at,
            verify_url: &self.verify_url,
            medal: Medal { svg: art::badge_svg(qualification), alt: medal(qualification) },
        }
    }
}

fn medal(qualification: Qualification) -> &'static str {
    match qualification {
        Qualification::Qms => "Badge: qualified mentor status, a cairn of four stones on a fell",
        Qualification::Qlms => "Badge: qualified lead mentor status, a cairn of stones on a fell",
    }
}

/// What is said of a name with letters that no typeface has, if it has any.
pub fn unprintable_name(letters: &Letters, name: &str) -> Option<String> {
    let lacking = letters.lacking(name);
    (!lacking.is_empty()).then(|| {
        format!(
            "This name has letters that our certificates can’t show yet: {}. Write it in Latin, Greek, Cyrillic or Arabic letters, or ask those \
             who look after Cairn to add a typeface.",
            lacking.join(" ")
        )
    })
}

/// Goes on if each letter of those names can be printed. What can't be on a certificate is said when the name is written, not on the day of the
/// award.
///
/// # Errors
/// [`ApiError::Invalid`] with the letters that can't, beside the field that each pointer leads to.
pub fn can_be_printed<'a>(
    letters: &Letters,
    names: impl IntoIterator<Item = (&'a str, &'static str)>,
) -> ApiResult<()> {
    let problem = |(name, pointer): (&str, &str)| {
        let detail = unprintable_name(letters, name)?;
        Some(FieldError { pointer: pointer.into(), code: "unprintable".into(), detail })
    };
    let problems: Vec<FieldError> = names.into_iter().filter_map(problem).collect();
    if problems.is_empty() { Ok(()) } else { Err(ApiError::Invalid(problems)) }
}

/// What is said of what can't be printed.
pub fn unprintable(problem: &Unprintable) -> ApiError {
    match problem {
        Unprintable::Lacking(letters) => ApiError::not_now(format!(
            "There is no typeface here for {letters}, so this can’t be printed yet. Please tell those who look after Cairn: they can add \
             one."
        )),
        Unprintable::Address(_) | Unprintable::Document(_) => ApiError::Internal(problem.to_string()),
    }
}

/// The certificate of one of one's own awards, as PDF: the same bytes, whenever it is asked for.
///
/// # Errors
/// [`ApiError::NotFound`] if it isn't one's own, [`ApiError::NotNow`] if it has ended, or the name has letters that no typeface has.
pub async fn read(state: &State, actor: &Actor, id: AwardId) -> ApiResult<(Qualification, Vec<u8>)> {
    let viewer = actor.viewer();
    let row = state.db.read(move |conn| Ok::<_, ApiError>(store::own_one(conn, viewer, id)?)).await?;
    if *row.status == AwardStatus::Revoked {
        return Err(ApiError::not_now("This award is no longer in force, so it has no certificate."));
    }
    let qualification = *row.qualification;
    let (facts, letters) = (Facts::new(row, &state.config), state.config.letters.clone());
    let made = set(state, move || certificates(&letters, &[facts.certificate()], |_| {})).await?;
    Ok((qualification, made))
}

/// Sets a document beside the threads that answer requests, one at a time: it takes a core for as long as it lasts.
///
/// # Errors
/// What of it can't be printed.
pub async fn set(
    state: &State,
    document: impl FnOnce() -> Result<Vec<u8>, Unprintable> + Send + 'static,
) -> ApiResult<Vec<u8>> {
    let _turn = state.press.acquire().await.map_err(|_| ApiError::Internal("the press is closed".into()))?;
    let set =
        spawn_blocking(document).await.map_err(|_| ApiError::Internal("a document was given up half-way".into()))?;
    set.map_err(|problem| unprintable(&problem))
}

/// The awards in force of a round, by their holders' names: what is on their certificates.
///
/// # Errors
/// Those of the database.
pub fn of_round(conn: &mut Conn, round: RoundId, config: &Config) -> ApiResult<Vec<Facts>> {
    let rows = store::of_round(conn, round, None, i64::MAX)?;
    let in_force = rows.into_iter().filter(|row| *row.status == AwardStatus::InForce);
    Ok(in_force.map(|row| Facts::new(row, config)).collect())
}
