//! Passwords: argon2id, two at a time, and the same work for an account that does not exist.

use crate::problem::{ApiError, ApiResult};
use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{
        generate_salt,
        phc::{Output, ParamsString, PasswordHash, Salt},
    },
};
use cairn_shared::session::Password;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tokio::{sync::Semaphore, task::spawn_blocking};

/// Hashes and checks passwords. The work is meant to be dear, so few may be at it at once.
pub struct Passwords {
    places: Semaphore,
    rooms: Rooms,
}

impl Default for Passwords {
    fn default() -> Self {
        let rooms = Rooms::default();
        rooms.with(|room| nobody(room).len());
        Self { places: Semaphore::new(2), rooms }
    }
}

/// What one password is hashed in: 19 MB.
type Room = Vec<Block>;

/// The rooms that nobody is in. They are used again, because an allocator keeps as much for each thread that ever hashed.
#[derive(Clone, Default)]
struct Rooms(Arc<Mutex<Vec<Room>>>);

impl Rooms {
    fn with<T>(&self, work: impl FnOnce(&mut Room) -> T) -> T {
        let free = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut room = free().pop().unwrap_or_default();
        let result = work(&mut room);
        free().push(room);
        result
    }
}

/// How many guesses a password has to outlast. At ten tries in a quarter of an hour (`throttle`), a million are three
/// years of trying.
const GUESSES: u64 = 1_000_000;

/// Whether somebody who knows common passwords, and what can be known of its owner, would guess it early. That is all
/// that is asked of a password besides its length: no rule says which characters are in it (NIST SP 800-63B, 3.1.1.2).
pub fn is_guessed_early(password: &Password, about: &[&str]) -> bool {
    let about: Vec<&str> = about.iter().copied().chain(["cairn", "mentor", "teacher", "school"]).collect();
    zxcvbn::zxcvbn(password.as_str(), &about).guesses() < GUESSES
}

/// What an unknown account is checked against, so that the answer takes as long. Made once, before the first is asked.
fn nobody(room: &mut Room) -> &'static str {
    static NOBODY: OnceLock<String> = OnceLock::new();
    NOBODY.get_or_init(|| hash_of("nobody has this password", room).expect("argon2 hashes any text"))
}

fn hash_of(password: &str, room: &mut Room) -> Option<String> {
    let (argon2, salt) = (Argon2::default(), Salt::new(&generate_salt()).ok()?);
    let hash = PasswordHash {
        algorithm: Algorithm::default().ident(),
        version: Some(Version::default().into()),
        params: ParamsString::try_from(argon2.params()).ok()?,
        hash: Some(hashed(password, &salt, &argon2, room)?),
        salt: Some(salt),
    };
    Some(hash.to_string())
}

/// Whether that hash is of this password. What is no hash is of none.
fn is_of(hash: &str, password: &str, room: &mut Room) -> bool {
    let mut same = || {
        let hash = PasswordHash::new(hash).ok()?;
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
        let version = hash.version.map_or(Ok(Version::default()), Version::try_from).ok()?;
        let argon2 = Argon2::new(algorithm, version, Params::try_from(&hash).ok()?);
        // Compared in constant time, which is how `Output` compares.
        Some(hash.hash? == hashed(password, &hash.salt?, &argon2, room)?)
    };
    same().unwrap_or(false)
}

fn hashed(password: &str, salt: &Salt, argon2: &Argon2<'_>, room: &mut Room) -> Option<Output> {
    room.resize(argon2.params().block_count(), Block::default());
    let mut out = [0; Output::MAX_LENGTH];
    let out = out.get_mut(..argon2.params().output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN))?;
    argon2.hash_password_into_with_memory(password.as_bytes(), salt, out, &mut room[..]).ok()?;
    Output::new(out).ok()
}

impl Passwords {
    /// What to keep of a password.
    ///
    /// # Errors
    /// If the server is stopping.
    pub async fn hash(&self, password: Password) -> ApiResult<String> {
        let hash = self.in_a_room(move |room| hash_of(password.as_str(), room)).await?;
        hash.ok_or_else(|| ApiError::Internal("a password could not be hashed".into()))
    }

    /// Whether it is the password that the hash was made of. Without a hash it never is, and takes as long.
    ///
    /// # Errors
    /// If the server is stopping.
    pub async fn verify(&self, password: Password, hash: Option<String>) -> ApiResult<bool> {
        let right = move |room: &mut Room| {
            let is_right = is_of(hash.as_deref().unwrap_or_else(|| nobody(room)), password.as_str(), room);
            is_right && hash.is_some()
        };
        self.in_a_room(right).await
    }

    async fn in_a_room<T: Send + 'static>(&self, work: impl FnOnce(&mut Room) -> T + Send + 'static) -> ApiResult<T> {
        let _place = self.place().await?;
        let rooms = self.rooms.clone();
        spawn_blocking(move || rooms.with(work)).await.map_err(|e| ApiError::Internal(e.to_string()))
    }

    async fn place(&self) -> ApiResult<tokio::sync::SemaphorePermit<'_>> {
        self.places.acquire().await.map_err(|e| ApiError::Internal(e.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_says_how_it_was_made_and_is_of_one_password_alone() {
        // As argon2-cffi writes it, with costs of its own.
        const FOREIGN: &str = "$argon2id$v=19$m=1024,t=3,p=2$7sS+9ilQT7OwsU/UoShCTg$YP1VupCXYQysQatzsNm9gU8oXsEG2WRI";
        let rooms = Rooms::default();
        let of = |hash: &str, password: &str| rooms.with(|room| is_of(hash, password, room));
        let hash = rooms.with(|room| hash_of("stones on the path", room)).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(rooms.with(|room| hash_of("stones on the path", room)), Some(hash.clone()));
        for (hash, right) in [(hash.as_str(), true), (FOREIGN, true), ("no hash", false), ("", false)] {
            assert_eq!(of(hash, "stones on the path"), right, "{hash}");
            assert!(!of(hash, "stones on the paths"), "{hash}");
        }
        // One room was enough for one after the other.
        assert_eq!(rooms.0.lock().unwrap().len(), 1);
    }

    #[test]
    fn common_passwords_and_what_is_known_of_their_owner_are_guessed_early() {
        let early = |password: &str| {
            is_guessed_early(&Password::new(password).unwrap(), &["Ada", "Thwaite", "a.thwaite@whinfell.example"])
        };
        for password in
            ["1234567890", "qwertyuiop", "password123", "aaaaaaaaaaaa", "adathwaite", "teacher2026", "thwaite2026"]
        {
            assert!(early(password), "{password}");
        }
        for password in ["stones on the path", "korrekt hästur", "k7!mQ2zz9p", "four words only mine"] {
            assert!(!early(password), "{password}");
        }
    }
}
