//! What went wrong, by what to do about it; and the one place that turns it into an answer and logs it.
//!
//! There is a variant for each remedy, not for each cause. Texts are for the person who reads them: what happened,
//! where the work is now, what to do next. Causes go to the log, without anything that a person wrote.

use crate::{
    db::{ClosureError, DbError},
    http::{Versioned, tag_of},
};
use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use cairn_shared::{
    problem::{FieldError, Problem},
    text::TextProblem,
};
use serde::Serialize;
use serde_json::Value;
use std::fmt;

/// Why a request could not be done.
#[derive(Debug)]
pub enum ApiError {
    /// Sign in, or sign in again.
    SignIn,
    /// The sign-in didn't work; the sentence says what to do.
    SignInAgain(&'static str),
    /// Show that it is you, although you are signed in; the sentence says how.
    ShowItIsYou(&'static str),
    /// Give the code of your second step with it.
    GiveCode,
    /// Set up a second step first: what you are entrusted with needs one.
    SecondStepFirst,
    /// You can see it, but this is for somebody else to do.
    NotYours(&'static str),
    /// There is nothing here, or nothing that you may know of: the same answer.
    NotFound,
    /// This address knows other methods.
    Method {
        /// Which, for the `Allow` header.
        allow: String,
    },
    /// Its state doesn't allow it now; the sentence says when it will.
    NotNow(String),
    /// Someone changed it in the meantime.
    Stale,
    /// Someone changed it in the meantime, and this is what stands there now.
    Overtaken(Box<Versioned<Value>>),
    /// Say which version you change (`If-Match`).
    NeedsVersion,
    /// The body isn't JSON.
    Malformed(String),
    /// The body is too large.
    TooLarge(&'static str),
    /// The body is of a kind that can't be taken.
    MediaType(&'static str),
    /// The file has no such part.
    Range,
    /// Some fields need a change.
    Invalid(Vec<FieldError>),
    /// The same Idempotency-Key came with another request.
    KeyReused,
    /// Too many tries.
    SlowDown {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// The disk has no room.
    Full,
    /// The database.
    Database(DbError),
    /// A mistake of ours.
    Internal(String),
}

/// How an action ends.
pub type ApiResult<T> = Result<T, ApiError>;

/// A documented kind of problem.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Its name in the address of its documentation: `/problems#stale`.
    pub slug: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Its status.
    pub status: u16,
    /// What it means for the writer of a client.
    pub meaning: &'static str,
}

macro_rules! kinds {
    ($($name:ident $slug:literal $status:literal $title:literal $meaning:literal;)*) => {
        $(const $name: Kind = Kind { slug: $slug, title: $title, status: $status, meaning: $meaning };)*
        /// Every kind of problem that the API answers with.
        pub const KINDS: &[Kind] = &[$($name),*];
    };
}

kinds! {
    SIGN_IN "sign-in" 401 "Please sign in" "There is no access token, or it is over. Refresh the session, or sign in.";
    NOT_YOURS "not-yours" 403 "This is for somebody else to do" "You may see this, but the action needs another role.";
    SHOW_IT_IS_YOU "show-it-is-you" 403 "Please show that it is you" "The action changes how someone signs in. It needs the password, or a session that signed in within a quarter of an hour.";
    GIVE_CODE "give-code" 403 "One more step" "Signing in, or what was asked for, needs the code of the person’s second step. Send the same request again, with `code`.";
    SECOND_STEP_FIRST "second-step-first" 403 "Set up a second step first" "Coordinators and chairs sign in with a second step. Until it is set up, only that can be done.";
    NOT_FOUND "not-found" 404 "There is nothing here" "It does not exist, or you may not know whether it does: the answer is the same.";
    METHOD "method" 405 "This address knows other methods" "See the Allow header.";
    NOT_NOW "not-now" 409 "Not just now" "The state of the thing does not allow it now. The detail says what does.";
    STALE "stale" 412 "Someone changed this in the meantime" "The If-Match header names an older version. Fetch it again; on entries the sent text was kept as a version.";
    TOO_LARGE "too-large" 413 "This is too large" "The body is larger than the limit in the detail.";
    MEDIA_TYPE "media-type" 415 "This kind of content can't be taken" "The detail names what can.";
    RANGE "range" 416 "This file has no such part" "The Content-Range header says how long the file is.";
    INVALID "invalid" 422 "Something needs a change" "Each error names a field by JSON pointer, a stable code, and what to do.";
    KEY_REUSED "key-reused" 422 "This Idempotency-Key was used for another request" "Make a new key for a new request.";
    NEEDS_VERSION "needs-version" 428 "Say which version you change" "Send If-Match with the ETag of what you read.";
    SLOW_DOWN "slow-down" 429 "Please wait a moment" "Too many tries. The Retry-After header says how many seconds to wait.";
    MALFORMED "malformed" 400 "This could not be read" "The request is not what HTTP or JSON says it should be.";
    INTERNAL "internal" 500 "Something went wrong on our side" "It was logged. Nothing was changed. Try again; if it comes back, quote the instance.";
    BUSY "busy" 503 "Busy for a moment" "Nothing was changed, unless the detail says that this is not known. Try again after the seconds of the Retry-After header; under the same Idempotency-Key there is one effect.";
    FULL "full" 507 "There is no room just now" "The server's disk is full. Nothing was changed, and everything can be read. Try again later.";
}

impl ApiError {
    /// One field that needs a change.
    pub fn field(pointer: &str, code: &str, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { pointer: pointer.into(), code: code.into(), detail: detail.into() }])
    }

    /// One field whose text needs a change.
    pub fn text(pointer: &str, problem: TextProblem) -> Self {
        Self::field(pointer, problem.code(), problem.to_string())
    }

    /// A rule of the domain that says not now.
    pub fn not_now(rule: impl fmt::Display) -> Self {
        Self::NotNow(rule.to_string())
    }

    /// Someone changed it in the meantime, and this is what stands there now.
    pub fn overtaken<T: Serialize>(now: &Versioned<T>) -> Self {
        match serde_json::to_value(&now.value) {
            Ok(value) => Self::Overtaken(Box::new(Versioned::new(value, now.version))),
            Err(error) => Self::Internal(error.to_string()),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::SignIn | Self::SignInAgain(_) => SIGN_IN,
            Self::ShowItIsYou(_) => SHOW_IT_IS_YOU,
            Self::GiveCode => GIVE_CODE,
            Self::SecondStepFirst => SECOND_STEP_FIRST,
            Self::NotYours(_) => NOT_YOURS,
            Self::NotFound => NOT_FOUND,
            Self::Method { .. } => METHOD,
            Self::NotNow(_) => NOT_NOW,
            Self::Stale | Self::Overtaken(_) => STALE,
            Self::NeedsVersion => NEEDS_VERSION,
            Self::Malformed(_) => MALFORMED,
            Self::TooLarge(_) => TOO_LARGE,
            Self::MediaType(_) => MEDIA_TYPE,
            Self::Range => RANGE,
            Self::Invalid(_) => INVALID,
            Self::KeyReused => KEY_REUSED,
            Self::SlowDown { .. } => SLOW_DOWN,
            Self::Database(DbError::Busy | DbError::Unavailable(_) | DbError::Uncertain(_)) => BUSY,
            Self::Full | Self::Database(DbError::Full) => FULL,
            Self::Database(_) | Self::Internal(_) => INTERNAL,
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::SignIn => "You are not signed in, or your time here is over. Sign in, and carry on where you were.".into(),
            Self::SignInAgain(what) => (*what).into(),
            Self::ShowItIsYou(how) => (*how).into(),
            Self::GiveCode => "Give the six figures that your app shows now, or one of your recovery codes.".into(),
            Self::SecondStepFirst => "Your account opens much, so signing in to it takes a second step: a code that an app on your phone shows. Set it up under “Your account”; it takes two minutes.".into(),
            Self::NotYours(whose) => (*whose).into(),
            Self::NotFound => "There is nothing at this address, or nothing that you can open.".into(),
            Self::Method { allow } => format!("This address answers to {allow}."),
            Self::NotNow(when) => when.clone(),
            Self::Stale | Self::Overtaken(_) => "This was changed somewhere else in the meantime. Nothing that you wrote is lost. Load it again, and put the two together.".into(),
            Self::NeedsVersion => "Read this first, and send its ETag as If-Match with the change.".into(),
            Self::Malformed(what) => what.clone(),
            Self::TooLarge(limit) => (*limit).into(),
            Self::MediaType(kinds) => (*kinds).into(),
            Self::Range => "The file is shorter than that. Ask for a part of it, or for all of it.".into(),
            Self::Invalid(errors) => match errors.as_slice() {
                [one] => one.detail.clone(),
                many => format!("{} things need a change before this can be done.", many.len()),
            },
            Self::KeyReused => "This key belongs to another request. Make a new one for each new request.".into(),
            Self::SlowDown { retry_after } => format!("That was a few too many tries. Wait {retry_after} seconds, then try again."),
            Self::Database(DbError::Busy | DbError::Unavailable(_)) => "Cairn is busy for a moment. Nothing was changed. Please try again.".into(),
            Self::Full | Self::Database(DbError::Full) => "Cairn has no room to keep this just now. Nothing was changed, and everything can be read. Please try again later; the people who look after Cairn can see why.".into(),
            Self::Database(DbError::Uncertain(_)) => "Cairn lost touch with its database for a moment, and can’t say whether this was saved. Look again; if it isn’t there, send it once more.".into(),
            Self::Database(_) | Self::Internal(_) => "Something went wrong on our side, and was written down. Nothing was changed. Please try again.".into(),
        }
    }

    /// The problem as it is sent, but for the id of the request, which the outermost layer fills in.
    pub fn problem(&self) -> Problem {
        let kind = self.kind();
        Problem {
            kind: format!("/problems#{}", kind.slug),
            title: kind.title.into(),
            status: kind.status,
            detail: self.detail(),
            instance: String::new(),
            errors: match self {
                Self::Invalid(errors) => errors.clone(),
                _ => Vec::new(),
            },
        }
    }

    /// What the log says of it, where it says more than the status.
    pub fn cause(&self) -> Option<String> {
        match self {
            Self::Database(error) => Some(error.to_string()),
            Self::Internal(what) => Some(what.clone()),
            Self::Full => Some("the disk has no room".into()),
            _ => None,
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind().slug)
    }
}

impl std::error::Error for ApiError {}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.kind().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        match self {
            Self::Method { allow } => {
                response.insert_header((header::ALLOW, allow.as_str()));
            }
            Self::SlowDown { retry_after } => {
                response.insert_header((header::RETRY_AFTER, retry_after.to_string()));
            }
            Self::SignIn | Self::SignInAgain(_) => {
                response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
            }
            Self::Database(DbError::Busy | DbError::Unavailable(_) | DbError::Uncertain(_)) => {
                response.insert_header((header::RETRY_AFTER, "2"));
            }
            Self::Full | Self::Database(DbError::Full) => {
                response.insert_header((header::RETRY_AFTER, "60"));
            }
            Self::Overtaken(now) => {
                response.insert_header((header::ETAG, tag_of(now.version)));
            }
            _ => {}
        }
        let mut response = response.finish();
        response.extensions_mut().insert(self.problem());
        if let Self::Overtaken(now) = self {
            response.extensions_mut().insert(Current(now.value.clone()));
        }
        if let Some(cause) = self.cause() {
            response.extensions_mut().insert(Cause(cause));
        }
        response
    }
}

/// What stands there now, for the body of the problem.
#[derive(Debug, Clone)]
pub struct Current(pub Value);

/// Marks an answer that says what is the matter in a shape that another standard asks for.
#[derive(Debug, Clone, Copy)]
pub struct OwnBody;

/// What the log says of an answer.
pub struct Cause(pub String);

impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Query(diesel::result::Error::NotFound) => Self::NotFound,
            other => Self::Database(other),
        }
    }
}

impl From<diesel::result::Error> for ApiError {
    fn from(error: diesel::result::Error) -> Self {
        DbError::from(error).into()
    }
}

impl ClosureError for ApiError {
    fn database(&self) -> Option<&DbError> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}
