//! A person who uses the house through its public API.

use super::{Ask, House, Reply};
use cairn_shared::{
    ids::PersonId,
    person::PersonName,
    session::{SignIn, SignedIn},
    time::Timestamp,
};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::{Mutex, PoisonError};

/// For how many seconds an access token is used before it is asked for anew: clocks are turned a lot here.
const FRESH_SECONDS: i64 = 120;

/// A person who uses the house through its public API.
pub struct Actor<'h> {
    /// Where.
    pub house: &'h House,
    /// Who.
    pub name: PersonName,
    /// The token of a sign-in link, which works as often as one likes in the demonstration.
    pub link: String,
    signed_in: Mutex<Option<(String, Timestamp)>>,
}

impl<'h> Actor<'h> {
    /// The same person at another server of the same database.
    pub fn at<'o>(&self, house: &'o House) -> Actor<'o> {
        Actor::new(house, self.name.clone(), self.link.clone())
    }

    pub(super) fn new(house: &'h House, name: PersonName, link: String) -> Self {
        Self { house, name, link, signed_in: Mutex::default() }
    }

    /// Where they are.
    pub fn house(&self) -> &'h House {
        self.house
    }

    /// Who.
    pub fn id(&self) -> PersonId {
        self.name.id
    }

    /// Where letters to them go.
    pub fn address(&self) -> String {
        format!("{}@cairn.example", self.name.given_name.as_str().to_lowercase())
    }

    /// Signs in with the link, on a new device.
    ///
    /// # Panics
    /// If that doesn't work.
    #[track_caller]
    pub fn signs_in(&self) -> Reply {
        let token = Some(self.link.parse().expect("a token"));
        let sign_in = SignIn { token, email: None, password: None, code: None, own_device: false };
        self.house.ask("POST", "/sessions").json(&sign_in).send().expect(200)
    }

    /// An access token that holds now.
    #[track_caller]
    fn access_token(&self) -> String {
        let mut signed_in = self.signed_in.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.house.now();
        if let Some((token, since)) = &*signed_in
            && (*since..since.plus_seconds(FRESH_SECONDS)).contains(&now)
        {
            return token.clone();
        }
        let token = self.signs_in().json::<SignedIn>().access_token;
        *signed_in = Some((token.clone(), now));
        token
    }

    /// Asks the server something.
    #[track_caller]
    pub fn ask(&self, method: &str, path: &str) -> Ask<'h> {
        let bearer = format!("Bearer {}", self.access_token());
        self.house.ask(method, path).header("authorization", &bearer)
    }

    /// Looks at something.
    #[track_caller]
    pub fn get(&self, path: &str) -> Reply {
        self.ask("GET", path).send()
    }

    /// Looks at something that is there.
    #[track_caller]
    pub fn sees<T: DeserializeOwned>(&self, path: &str) -> T {
        self.get(path).expect(200).json()
    }

    /// Sends a command that makes something.
    #[track_caller]
    pub fn post<T: Serialize>(&self, path: &str, command: &T) -> Reply {
        self.ask("POST", path).json(command).send()
    }

    /// Sends a command without a body.
    #[track_caller]
    pub fn does(&self, path: &str) -> Reply {
        self.ask("POST", path).send()
    }

    /// Takes something away.
    #[track_caller]
    pub fn delete(&self, path: &str) -> Reply {
        self.ask("DELETE", path).send()
    }

    /// Changes the version of today of what is found at `at`, by a command to `path`.
    #[track_caller]
    pub fn changes<T: Serialize>(&self, method: &str, at: &str, path: &str, command: &T) -> Reply {
        let tag = self.get(at).expect(200).etag();
        self.ask(method, path).if_match(&tag).json(command).send()
    }
}
