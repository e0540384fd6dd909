//! What every request has at hand: the database and the ports to the world.

use crate::{
    audit,
    clock::Clock,
    config::Config,
    credential::{Template, actions::Listed},
    db::{Db, DbError, DbOptions, Tx},
    files::Files,
    http::{Answer, Once},
    idempotency,
    ids::Ids,
    key::Keys,
    password::Passwords,
    problem::ApiResult,
    second_step::Seals,
    throttle::Throttle,
    token::Tokens,
    watch::{Accounts, Metrics},
};
use cairn_shared::{ids::PersonId, time::Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;
use tokio::sync::Semaphore;
use uuid::Uuid;

/// The running server's state.
pub struct State {
    /// The configuration.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// Makes ids.
    pub ids: Ids,
    /// Signs and verifies access tokens.
    pub tokens: Tokens,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// Encrypts the secrets of second steps.
    pub seals: Arc<Seals>,
    /// Signs badges.
    pub keys: Arc<Keys>,
    /// The status list of badges.
    pub status: Listed,
    /// The offline checker, if it was built.
    pub checker: Option<Template>,
    /// Sets documents, one at a time.
    pub press: Semaphore,
    /// The files.
    pub files: Files,
    /// Slows tries down.
    pub throttle: Throttle,
    /// What this server counts of itself.
    pub metrics: Metrics,
    /// Accounts as the log names them.
    pub accounts: Accounts,
}

impl State {
    /// Opens the database and sets the ports up.
    ///
    /// # Errors
    /// If the database or the folder of the files can't be opened.
    pub fn open(config: Config, clock: Clock) -> Result<Self, DbError> {
        let options = DbOptions::new(config.database.clone());
        Self::open_with(config, clock, &options)
    }

    /// The same, with a database that is used in that way.
    ///
    /// # Errors
    /// As with [`State::open`].
    pub fn open_with(config: Config, clock: Clock, options: &DbOptions) -> Result<Self, DbError> {
        let db = Db::open(options)?;
        let files = Files::open(&config.files, &config.data).map_err(|e| DbError::Unavailable(e.to_string()))?;
        let keys = Arc::new(Keys::open(&config.keys, &config.issuer_url).map_err(DbError::Unavailable)?);
        let tokens = Tokens::new(&config.public_url, &config.secrets);
        let seals = Arc::new(Seals::new(&config.secrets));
        let ids = Ids::new(clock.clone());
        let throttle = Throttle::default();
        let metrics = Metrics::new(&db, &throttle, clock.now());
        let accounts = Accounts::new(config.secrets.first().map_or("", String::as_str));
        Ok(Self {
            config,
            db,
            clock,
            ids,
            tokens,
            passwords: Passwords::default(),
            seals,
            keys,
            status: Listed::default(),
            checker: Template::built(),
            press: Semaphore::new(1),
            files,
            throttle,
            metrics,
            accounts,
        })
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new id.
    pub fn fresh<T: From<Uuid>>(&self) -> T {
        self.ids.fresh()
    }

    /// Changes something once, however often the same request arrives: the answer is kept in the transaction of its
    /// effect, and repeated.
    ///
    /// # Errors
    /// Those of the closure, and a key that belongs to another request.
    pub async fn write_once<T>(
        &self,
        who: PersonId,
        once: Once,
        mut closure: impl FnMut(&mut Tx<'_>) -> ApiResult<T> + Send + 'static,
    ) -> ApiResult<Answer<T>>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        let now = self.now();
        self.db
            .write(move |tx| {
                let Some(key) = &once.key else {
                    return Ok(Answer { value: closure(tx)?, repeated: false });
                };
                if let Some(value) = idempotency::find(tx, who, key, &once.request_hash)? {
                    return Ok(Answer { value, repeated: true });
                }
                let value = closure(tx)?;
                idempotency::keep(tx, who, key, &once.request_hash, &value, now)?;
                Ok(Answer { value, repeated: false })
            })
            .await
    }

    /// What the audit log needs to know of a change, made before the transaction.
    pub fn stamp(&self, actor: PersonId) -> audit::Stamp {
        audit::Stamp { actor: Some(actor), now: self.now(), seed: self.fresh() }
    }
}
