//! The house: the real server on a port of its own, with its own database and a clock that is turned by hand.

use super::{Actor, Ask, Database, Exchange};
use actix_web::{
    dev::ServerHandle,
    rt::{Runtime, System},
    web::Data,
};
use cairn_backend::{
    clock::Clock,
    config::{Config, DEMONSTRATION_ISSUER as ISSUER, KeysAt, SecondStepFor},
    db::{AsText, DbOptions, Tx},
    files::Place,
    ids::secret,
    mail::outbox::MailRow,
    person::store::{MembershipRow, PersonRow},
    problem::ApiResult,
    school::store::SchoolRow,
    session,
    state::State,
};
use cairn_print::Letters;
use cairn_shared::{
    ids::{PersonId, SchoolId},
    person::{AccountState, Name, PersonName, Phase, Role},
    session::Device,
    time::{Date, Timestamp},
};
use std::{
    net::TcpListener,
    num::NonZeroUsize,
    sync::{Mutex, PoisonError, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

/// The day on which every story here begins: a Tuesday in November, at nine.
const BEGINNING: &str = "2026-11-24T09:00:00Z";

/// The real server, and everything that a test may turn or look at.
pub struct House {
    /// The server's state: its clock, and its database for what has no public way yet.
    pub state: Data<State>,
    /// Where the server listens.
    pub url: String,
    pub(super) agent: ureq::Agent,
    exchanges: Mutex<Vec<String>>,
    server: ServerHandle,
    thread: Option<JoinHandle<()>>,
    // Last, so that it is dropped when nobody uses it any more.
    _database: Database,
}

impl House {
    /// Starts the server.
    ///
    /// # Panics
    /// If it can't be started.
    pub fn open() -> Self {
        Self::start(Database::make(), |_| {}, |_| {})
    }

    /// Starts a server that uses its database in another way.
    ///
    /// # Panics
    /// If it can't be started.
    pub fn open_with(options: impl FnOnce(&mut DbOptions)) -> Self {
        Self::start(Database::make(), options, |_| {})
    }

    /// Starts a server over a database that may hold something already, with something of its state changed.
    ///
    /// # Panics
    /// If it can't be started.
    pub fn over(database: Database, change: impl FnOnce(&mut State)) -> Self {
        Self::start(database, |_| {}, change)
    }

    fn start(database: Database, options: impl FnOnce(&mut DbOptions), change: impl FnOnce(&mut State)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port can be had");
        let bind = listener.local_addr().expect("a listener has an address");
        let url = format!("http://{bind}");
        let config = Config {
            metrics: None,
            traces: None,
            bind,
            public_url: url.clone(),
            secrets: vec![secret()],
            database: database.target(),
            data: database.folder.clone(),
            files: Place::Folder,
            keys: KeysAt::Demonstration,
            issuer_url: ISSUER.into(),
            ukprn: None,
            partnership: "Northfell Partnership".into(),
            signatory: None,
            letters: Letters::ours(),
            post: None,
            // Each worker makes the routes for itself, which takes as long as many a test.
            workers: Some(NonZeroUsize::MIN),
            second_step: SecondStepFor::Offered,
            proxies: "127.0.0.1".parse().expect("an address"),
            demonstration: true,
        };
        let clock = Clock::default();
        clock.turn_to(BEGINNING.parse().expect("a time"));
        let mut used = DbOptions::new(config.database.clone());
        options(&mut used);
        let mut state = State::open_with(config, clock, &used).expect("the database can be opened");
        change(&mut state);
        let state = Data::new(state);
        let (send, receive) = mpsc::channel();
        let shared = state.clone();
        let thread = thread::spawn(move || {
            System::new().block_on(async move {
                let server = cairn_backend::server::start(shared, listener).expect("the server can be started");
                send.send(server.handle()).expect("the house waits");
                server.await.expect("the server ends in good order");
            });
        });
        let server = receive.recv().expect("the server starts");
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .into();
        Self { state, url, agent, exchanges: Mutex::default(), server, thread: Some(thread), _database: database }
    }

    /// Asks the server something as a stranger.
    pub fn ask(&self, method: &str, path: &str) -> Ask<'_> {
        Ask::new(self, method, path)
    }

    /// What time it is in the house.
    pub fn now(&self) -> Timestamp {
        self.state.now()
    }

    /// What day it is in the house.
    pub fn today(&self) -> Date {
        self.now().london_date()
    }

    /// Turns the clock to nine in the morning of that day.
    ///
    /// # Panics
    /// If it isn't a day.
    pub fn turns_to(&self, day: &str) {
        let day: Date = day.parse().expect("a day");
        self.state.clock.turn_to(day.starts().plus_seconds(9 * 3600));
    }

    /// Lets so many seconds go by.
    pub fn waits(&self, seconds: i64) {
        self.state.clock.turn_to(self.now().plus_seconds(seconds));
    }

    /// Does something in the server's database that has no public way.
    ///
    /// # Panics
    /// If it can't be done.
    pub fn does<T: Send + 'static>(&self, work: impl FnMut(&mut Tx<'_>) -> ApiResult<T> + Send + 'static) -> T {
        let runtime = Runtime::new().expect("a runtime can be made");
        runtime.block_on(self.state.db.write(work)).expect("the database does it")
    }

    /// Adds a school.
    ///
    /// # Panics
    /// If it can't be added.
    pub fn school(&self, name: &str) -> SchoolId {
        let id: SchoolId = self.state.fresh();
        let row = SchoolRow {
            id: AsText::new(id),
            name: AsText::new(name.parse().expect("a name")),
            phase: AsText::new(Phase::Primary),
            urn: None,
            created_at: self.now().into(),
        };
        self.does(move |tx| Ok(cairn_backend::school::store::add(tx, &row)?));
        id
    }

    /// Adds a person who has signed in before: the given name makes the address.
    ///
    /// # Panics
    /// If they can't be added.
    pub fn person(&self, given: &str, family: &str, roles: &[Role], school: Option<SchoolId>) -> Actor<'_> {
        let id: PersonId = self.state.fresh();
        let name = |text: &str| text.parse::<Name>().expect("a name");
        let now = self.now();
        let row = PersonRow {
            id: AsText::new(id),
            given_name: AsText::new(name(given)),
            family_name: AsText::new(name(family)),
            email: AsText::new(format!("{}@cairn.example", given.to_lowercase()).parse().expect("an address")),
            phase: Some(AsText::new(Phase::Primary)),
            state: AsText::new(AccountState::Active),
            password_hash: None,
            created_at: now.into(),
            version: 1,
        };
        let token = secret();
        let link = session::actions::link_row(&token, id, "sign_in", Device::Own, now, now.plus_days(4000));
        let (roles, stay, since) = (roles.to_vec(), self.state.fresh(), now.plus_days(-400).london_date());
        self.does(move |tx| {
            cairn_backend::person::store::add(tx, &row)?;
            for role in &roles {
                cairn_backend::person::store::grant(tx, id, *role, now)?;
            }
            if let Some(school) = school {
                let membership = MembershipRow {
                    id: AsText::new(stay),
                    person_id: AsText::new(id),
                    school_id: AsText::new(school),
                    since: AsText::new(since),
                    until: None,
                    conflict_until: None,
                    leads: roles.contains(&Role::SchoolLead),
                };
                cairn_backend::person::store::begin_membership(tx, &membership)?;
            }
            Ok(session::store::add_link(tx, &link)?)
        });
        Actor::new(self, PersonName { id, given_name: name(given), family_name: name(family) }, token)
    }

    /// Adds a mentor.
    pub fn mentor(&self, given: &str, family: &str, school: SchoolId) -> Actor<'_> {
        self.person(given, family, &[Role::Mentor], Some(school))
    }

    /// Adds a coordinator.
    pub fn coordinator(&self) -> Actor<'_> {
        self.person("Carys", "Office", &[Role::Coordinator], None)
    }

    /// The newest letters that were written, as address, subject and body.
    ///
    /// # Panics
    /// If they can't be read.
    pub fn letters(&self) -> Vec<(String, String, String)> {
        self.outbox().into_iter().map(|l| (l.to_address, l.subject, l.body)).collect()
    }

    /// The outbox: the newest letters first, with what became of them.
    ///
    /// # Panics
    /// If it can't be read.
    pub fn outbox(&self) -> Vec<MailRow> {
        self.does(|tx| Ok(cairn_backend::mail::newest(tx, 100)?))
    }

    /// The token of the newest letter with a sign-in link to that address.
    ///
    /// # Panics
    /// If there is none.
    pub fn token_sent_to(&self, address: &str) -> String {
        self.token_in("/sign-in/", address)
    }

    /// The token of the newest letter to that address with a link to that page.
    ///
    /// # Panics
    /// If there is none.
    #[track_caller]
    pub fn token_in(&self, page: &str, address: &str) -> String {
        let letters = self.letters();
        let link = letters.iter().filter(|(to, _, _)| to == address).find_map(|(_, _, body)| body.split_once(page));
        let (_, rest) = link.unwrap_or_else(|| panic!("no link to {page} was sent to {address}"));
        rest.split_whitespace().next().expect("a token").to_owned()
    }

    /// Remembers an exchange, in short.
    pub(super) fn keep(&self, exchange: &Exchange) {
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner).push(exchange.to_string());
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if thread::panicking() {
            let exchanges = self.exchanges.lock().unwrap_or_else(PoisonError::into_inner);
            eprintln!("The last exchanges of {}:", exchanges.len());
            for exchange in exchanges.iter().rev().take(6).rev() {
                eprintln!("  {exchange}");
            }
        }
        // The command is sent at once; the thread ends when it is done.
        drop(self.server.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
