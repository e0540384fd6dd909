//! The app on somebody's phone that shows codes, written by others (RFC 6238).

use super::Actor;
use cairn_shared::{
    second_step::{NewSecret, RecoveryCodes},
    time::Timestamp,
};
use serde_json::json;
use totp_rs::{Algorithm, Secret, TOTP};

/// An app that shows the codes of one account.
pub struct Authenticator {
    app: TOTP,
    /// The recovery codes, once it is in force.
    pub recovery: Vec<String>,
}

impl Authenticator {
    /// Asks for a secret and puts it into the app.
    ///
    /// # Panics
    /// If that doesn't work.
    #[track_caller]
    pub fn begin(who: &Actor<'_>) -> Self {
        let new: NewSecret = who.post("/me/second-step/secrets", &json!({})).expect(200).json();
        let secret = Secret::Encoded(new.secret.replace(' ', "")).to_bytes().expect("a secret in base32");
        Self { app: TOTP::new_unchecked(Algorithm::SHA1, 6, 1, 30, secret), recovery: Vec::new() }
    }

    /// Sets a second step up, to its end.
    ///
    /// # Panics
    /// If that doesn't work.
    #[track_caller]
    pub fn set_up(who: &Actor<'_>) -> Self {
        let mut app = Self::begin(who);
        let code = app.shows(who.house().now());
        let codes: RecoveryCodes =
            who.post("/me/second-step/confirmations", &json!({ "code": code })).expect(200).json();
        app.recovery = codes.codes;
        app
    }

    /// What it shows at that moment.
    pub fn shows(&self, now: Timestamp) -> String {
        self.app.generate(now.micros().unsigned_abs() / 1_000_000)
    }
}
