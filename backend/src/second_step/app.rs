//! What an app and the server share, a secret, and how codes follow from it (RFC 6238); and how the secret is kept.

use crate::{
    ids::random_bytes,
    problem::{ApiError, ApiResult},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_shared::{ids::PersonId, second_step::STEP_SECONDS, time::Timestamp};
use hkdf::Hkdf;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::Sha256;
use totp_rs::{Algorithm, Secret, TOTP};

/// The length of a secret, in bytes: that of the hash that codes are made with (RFC 4226, section 4, R6).
const SECRET: usize = 20;

/// A secret that an app is given.
pub type AppSecret = [u8; SECRET];

/// A new secret.
pub fn fresh() -> AppSecret {
    random_bytes()
}

/// The secret as it is typed into an app.
pub fn in_letters(secret: &AppSecret) -> String {
    let Secret::Encoded(letters) = Secret::Raw(secret.to_vec()).to_encoded() else { unreachable!("it was encoded") };
    letters
}

/// The address that an app on the same phone opens, and that the QR code holds.
pub fn address(secret: &AppSecret, account: &str) -> String {
    // The account stands in a path: what has a meaning there is written as a number.
    let account: String = account
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-._~@".contains(&b) {
                (b as char).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect();
    format!("otpauth://totp/Cairn:{account}?secret={}&issuer=Cairn", in_letters(secret))
}

/// The half minute whose code this is, counted from 1970, if it is that of now or of one beside it: clocks differ. One
/// up to `last` was taken already, and each is taken once (RFC 6238, section 5.2).
pub fn step_of(secret: &AppSecret, code: &str, now: Timestamp, last: i64) -> Option<i64> {
    let app = TOTP::new_unchecked(Algorithm::SHA1, 6, 1, STEP_SECONDS, secret.to_vec());
    let step = now.micros() / 1_000_000 / STEP_SECONDS as i64;
    (step - 1..=step + 1).rev().filter(|step| *step > last).find(|step| {
        let right = app.generate(step.max(&0).unsigned_abs() * STEP_SECONDS);
        // All figures are compared, whichever is the first that differs.
        right.len() == code.len() && right.bytes().zip(code.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
    })
}

/// Encrypts the secrets of apps for the database. The keys follow from the configured secrets; what was sealed with the
/// one before is sealed anew when it is used.
pub struct Seals {
    /// The first seals; all open.
    keys: Vec<LessSafeKey>,
}

impl Seals {
    /// Derives the keys of the secrets, the one of today first.
    ///
    /// # Panics
    /// Never: HKDF gives 32 bytes, and that is a key's length.
    pub fn new(secrets: &[String]) -> Self {
        let key = |secret: &String| {
            let mut bytes = [0; 32];
            Hkdf::<Sha256>::new(None, secret.as_bytes())
                .expand(b"cairn second step", &mut bytes)
                .expect("32 bytes are less than HKDF can give");
            LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &bytes).expect("a key has 32 bytes"))
        };
        Self { keys: secrets.iter().map(key).collect() }
    }

    /// Seals a secret for its owner; in another's row it doesn't open.
    ///
    /// # Errors
    /// If there is no key, which the configuration rules out.
    pub fn seal(&self, who: PersonId, secret: &AppSecret) -> ApiResult<String> {
        let sealed = || {
            let nonce: [u8; NONCE_LEN] = random_bytes();
            let mut text = secret.to_vec();
            let own = Nonce::assume_unique_for_key(nonce);
            self.keys.first()?.seal_in_place_append_tag(own, Aad::from(who.to_string()), &mut text).ok()?;
            Some(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &text].concat()))
        };
        sealed().ok_or_else(|| ApiError::Internal("a secret can't be sealed".into()))
    }

    /// Opens what was sealed for that person, and says whether it wants to be sealed anew. Nothing, if no key fits.
    pub fn open(&self, who: PersonId, sealed: &str) -> Option<(AppSecret, bool)> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, text) = bytes.split_at_checked(NONCE_LEN)?;
        self.keys.iter().enumerate().find_map(|(age, key)| {
            let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
            let mut text = text.to_vec();
            let secret = key.open_in_place(nonce, Aad::from(who.to_string()), &mut text).ok()?;
            Some((AppSecret::try_from(&*secret).ok()?, age > 0))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RFC: &AppSecret = b"12345678901234567890";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, the last six of the eight figures.
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")]
        {
            assert_eq!(step_of(RFC, code, at(seconds), 0), Some(seconds / 30), "{seconds}");
        }
        assert_eq!(in_letters(RFC), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn a_code_holds_for_the_half_minutes_beside_its_own_and_once() {
        let step = 1_234_567_890 / 30;
        let tried = |seconds: i64, last: i64| step_of(RFC, "005924", at(seconds), last);
        assert_eq!(tried(1_234_567_890 - 30, 0), Some(step));
        assert_eq!(tried(1_234_567_890 + 30, 0), Some(step));
        assert_eq!(tried(1_234_567_890 + 60, 0), None);
        assert_eq!(tried(1_234_567_890 - 60, 0), None);
        assert_eq!(tried(1_234_567_890, step), None);
        assert_eq!(tried(1_234_567_890, step - 1), Some(step));
    }

    #[test]
    fn a_seal_opens_for_its_owner_alone_and_under_the_secret_before() {
        let (ada, bede) = (PersonId::from(uuid::Uuid::from_u128(1)), PersonId::from(uuid::Uuid::from_u128(2)));
        let (old, new) = ("the secret of last year".to_owned(), "the secret of this year".to_owned());
        let before = Seals::new(std::slice::from_ref(&old));
        let sealed = before.seal(ada, RFC).unwrap();
        assert_ne!(sealed, before.seal(ada, RFC).unwrap());
        assert_eq!(before.open(ada, &sealed), Some((*RFC, false)));
        assert_eq!(before.open(bede, &sealed), None);
        assert_eq!(Seals::new(&[new.clone(), old]).open(ada, &sealed), Some((*RFC, true)));
        assert_eq!(Seals::new(&[new]).open(ada, &sealed), None);
        for other in ["", "AAAA", &sealed[..20], &sealed.replace(&sealed[20..24], "AAAA")] {
            assert_eq!(before.open(ada, other), None);
        }
    }

    #[test]
    fn an_account_stands_in_the_address_as_a_path_needs_it() {
        let address = address(RFC, "a+b c/d@whinfell.example");
        assert!(address.starts_with("otpauth://totp/Cairn:a%2Bb%20c%2Fd@whinfell.example?secret=GEZD"), "{address}");
    }

    proptest! {
        #[test]
        fn what_is_not_sealed_here_does_not_open(text in "[A-Za-z0-9_-]{0,120}", at in any::<prop::sample::Index>(), letter in "[A-Za-z0-9_-]") {
            let (who, seals) = (PersonId::from(uuid::Uuid::from_u128(1)), Seals::new(&["a secret".into()]));
            prop_assert!(seals.open(who, &text).is_none());
            let mut sealed = seals.seal(who, RFC).unwrap();
            let at = at.index(sealed.len());
            sealed.replace_range(at..=at, &letter);
            prop_assert!(seals.open(who, &sealed).is_none_or(|(secret, _)| secret == *RFC));
        }
    }
}
