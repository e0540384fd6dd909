//! Setting a second step up, giving its code, and ending it.

use super::{
    app::{self, AppSecret, Seals},
    store::{self, SecondStepRow},
};
use crate::{
    actor::{Actor, Caller},
    audit::{self, Action, Stamp},
    clock::Clock,
    config::SecondStepFor,
    db::{AsText, At, Conn, Tx},
    ids::{random_bytes, secret_hash},
    mail::{self, Letter},
    person::{self, store::PersonRow},
    problem::{ApiError, ApiResult},
    qr, session,
    state::State,
};
use cairn_shared::{
    ids::{MailId, PersonId},
    person::Role,
    second_step::{
        AskForSecret, Code, EndForSomebody, NewSecret, RECOVERY_CODES, RECOVERY_LETTERS, RecoveryCodes, SecondStep,
        Standing, grouped,
    },
    time::Timestamp,
};
use std::sync::Arc;

/// How many codes may be given in a quarter of an hour.
const TRIES: u32 = 10;
/// For how many seconds a secret that is being set up waits for its first code.
const SET_UP_SECONDS: i64 = 60 * 60;

/// What is said of a code that isn't right.
const NOT_RIGHT: &str = "This code isn’t right, or was used already. Each is shown for half a minute: give the one that \
     your app shows now. If that doesn’t help, look whether the phone’s clock is right.";

/// How somebody's second step stands, by what they are entrusted with.
///
/// # Errors
/// Those of the database.
pub fn stands(conn: &mut Conn, asked_of: SecondStepFor, who: PersonId, roles: &[Role]) -> ApiResult<Standing> {
    if store::is_in_force(conn, who)? {
        return Ok(Standing::InForce);
    }
    let is_needed = asked_of == SecondStepFor::Staff
        && (roles.contains(&Role::Coordinator) || roles.contains(&Role::Reviewer) && store::chairs(conn, who)?);
    Ok(if is_needed { Standing::Needed } else { Standing::Open })
}

/// Whether what somebody is entrusted with waits until they have set up a second step. Asked with every request, so
/// nothing is looked up for those who need none.
///
/// # Errors
/// Those of the database.
pub fn is_awaited(conn: &mut Conn, asked_of: SecondStepFor, who: PersonId, roles: &[Role]) -> ApiResult<bool> {
    let may_need = roles.iter().any(|role| matches!(role, Role::Coordinator | Role::Reviewer));
    Ok(asked_of == SecondStepFor::Staff && may_need && stands(conn, asked_of, who, roles)? == Standing::Needed)
}

/// One's own second step.
///
/// # Errors
/// Those of the database.
pub async fn read(state: &State, Caller(actor): &Caller) -> ApiResult<SecondStep> {
    let (who, roles, asked_of) = (actor.person, actor.roles.clone(), state.config.second_step);
    state
        .db
        .read(move |conn| {
            let since = store::of(conn, who)?.and_then(|row| row.since).map(Timestamp::from);
            let codes_left = store::codes_left(conn, who)?;
            Ok(SecondStep { state: stands(conn, asked_of, who, &roles)?, since, codes_left })
        })
        .await
}

/// Makes a secret for an app. It is not in force until a code of it was given.
///
/// # Errors
/// If it isn't shown who is asking: by a session that has just begun or the password, and by a code of the app of today.
pub async fn ask_for_secret(state: &State, Caller(actor): &Caller, ask: AskForSecret) -> ApiResult<NewSecret> {
    let (who, now) = (actor.person, actor.now);
    state.throttle.count(format!("secret of {who}"), 20, now)?;
    session::actions::show_who_it_is(state, actor, ask.password, "/password").await?;
    let given = Given::new(state, who, ask.code)?;
    let secret = app::fresh();
    let sealed = state.seals.seal(who, &secret)?;
    let email = state
        .db
        .write(move |tx| {
            given.show(tx, who, now)?;
            let row = store::of(tx, who)?.unwrap_or_else(|| none_yet(who));
            let pending = SecondStepRow { pending: Some(sealed.clone()), pending_since: Some(now.into()), ..row };
            store::put(tx, &pending)?;
            Ok::<_, ApiError>(person::store::person(tx, who)?.email.to_string())
        })
        .await?;
    let address = app::address(&secret, &email);
    Ok(NewSecret { secret: grouped(&app::in_letters(&secret)), qr_svg: qr::svg(&address)?, address })
}

fn none_yet(who: PersonId) -> SecondStepRow {
    SecondStepRow {
        person_id: AsText::new(who),
        sealed: None,
        since: None,
        last_step: 0,
        pending: None,
        pending_since: None,
    }
}

/// Seals what the secret before sealed with that of today, so that the one before can be taken out of the configuration.
/// Done at each start; how many there were.
///
/// # Errors
/// Those of the database.
pub async fn seal_anew(state: &State) -> ApiResult<usize> {
    let seals = Arc::clone(&state.seals);
    let anew = move |who, sealed: &mut Option<String>| -> ApiResult<bool> {
        let old = sealed.as_ref().and_then(|text| seals.open(who, text)).filter(|(_, old)| *old);
        let Some((secret, _)) = old else { return Ok(false) };
        *sealed = Some(seals.seal(who, &secret)?);
        Ok(true)
    };
    state
        .db
        .write(move |tx| {
            let mut count = 0;
            for mut row in store::all(tx)? {
                let who = *row.person_id;
                if anew(who, &mut row.sealed)? | anew(who, &mut row.pending)? {
                    store::put(tx, &row)?;
                    count += 1;
                }
            }
            Ok(count)
        })
        .await
}

/// Takes the first code of a new app: from now on signing in needs one. Other devices are signed out, recovery codes are
/// given, and a letter tells of it.
///
/// # Errors
/// If nothing is being set up, or the code isn't right.
pub async fn confirm(state: &State, Caller(actor): &Caller, code: Code) -> ApiResult<RecoveryCodes> {
    let (who, session, now, stamp) = (actor.person, actor.session, actor.now, state.stamp(actor.person));
    state.throttle.count(format!("code of {who}"), TRIES, now)?;
    let Code::Shown(code) = code else {
        return Err(ApiError::field("/code", "not_right", "Give the six figures that your app shows now."));
    };
    let (codes, hashes) = recovery_codes();
    let world = world(state);
    let (letter, partnership, seals) = (state.fresh(), state.config.partnership.clone(), Arc::clone(&state.seals));
    state
        .db
        .write(move |tx| {
            let row = store::of(tx, who)?.filter(|row| {
                row.pending_since.is_some_and(|since| now < Timestamp::from(since).plus_seconds(SET_UP_SECONDS))
            });
            let over = || ApiError::not_now("This took more than an hour, or was begun anew. Set the app up once more.");
            let pending = row.and_then(|row| row.pending).ok_or_else(over)?;
            let (secret, _) = seals.open(who, &pending).ok_or_else(over)?;
            let last_step =
                step_of(&secret, &code, now, world, 0).ok_or_else(|| ApiError::field("/code", "not_right", NOT_RIGHT))?;
            let since = Some(At::from(now));
            store::put(tx, &SecondStepRow { sealed: Some(pending), since, last_step, ..none_yet(who) })?;
            store::put_codes(tx, who, &hashes)?;
            session::store::end_others(tx, who, session, now)?;
            audit::record(tx, &stamp, Action::SecondStepBegun, "person", who, None)?;
            let body = "Signing in to your account at Cairn takes a second step from now on: a code that your app shows. \
                        Other devices on which you were signed in are signed out.\n\nIf it was not you, tell your \
                        coordinator at once.";
            let person = person::store::person(tx, who)?;
            let letter = told(letter, person, "A second step for your account", body, &partnership);
            Ok::<_, ApiError>(mail::write(tx, &letter, now)?)
        })
        .await?;
    Ok(RecoveryCodes { codes })
}

/// Recovery codes as they are shown, and as they are kept.
fn recovery_codes() -> (Vec<String>, Vec<String>) {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    (0..RECOVERY_CODES)
        .map(|_| {
            let code: String =
                random_bytes::<RECOVERY_LETTERS>().iter().map(|b| LETTERS[usize::from(b % 32)] as char).collect();
            (grouped(&code), secret_hash(&code))
        })
        .unzip()
}

/// Ends one's own second step: from now on a link or a password is enough. Where it is needed, it has to be set up anew.
///
/// # Errors
/// If the code isn't right.
pub async fn end(state: &State, Caller(actor): &Caller, code: Code) -> ApiResult<()> {
    let (who, now, stamp) = (actor.person, actor.now, state.stamp(actor.person));
    let given = Given::new(state, who, Some(code))?;
    let (letter, partnership) = (state.fresh(), state.config.partnership.clone());
    state
        .db
        .write(move |tx| {
            if !store::is_in_force(tx, who)? {
                return Err(ApiError::not_now("You sign in without a second step already."));
            }
            given.show(tx, who, now)?;
            store::drop(tx, who)?;
            audit::record(tx, &stamp, Action::SecondStepEnded, "person", who, None)?;
            tell_of_end(tx, letter, who, &partnership, now)
        })
        .await
}

/// Ends somebody's second step, because their phone is gone and their recovery codes with it. They are signed out
/// everywhere, and sign in with a link or a password; what needs a second step waits until they have set up a new one.
///
/// # Errors
/// To everybody but a coordinator nothing is there. If it is one's own, there is none, or one's own code isn't right.
pub async fn end_for(state: &State, actor: &Actor, somebody: PersonId, ask: EndForSomebody) -> ApiResult<()> {
    actor.coordinates()?;
    let (who, now, stamp) = (actor.person, actor.now, state.stamp(actor.person));
    if somebody == who {
        return Err(ApiError::not_now("This is your own account: end your second step under “Your account”."));
    }
    let given = Given::new(state, who, ask.code)?;
    let (letter, partnership) = (state.fresh(), state.config.partnership.clone());
    state
        .db
        .write(move |tx| {
            let person = person::store::person(tx, somebody)?;
            if !store::is_in_force(tx, somebody)? {
                return Err(ApiError::not_now(format!("{} signs in without a second step.", *person.given_name)));
            }
            given.show(tx, who, now)?;
            store::drop(tx, somebody)?;
            session::store::end_all(tx, somebody, now)?;
            audit::record(tx, &stamp, Action::SecondStepEnded, "person", somebody, Some(somebody))?;
            tell_of_end(tx, letter, somebody, &partnership, now)
        })
        .await
}

fn tell_of_end(tx: &mut Tx<'_>, id: MailId, who: PersonId, partnership: &str, now: Timestamp) -> ApiResult<()> {
    let person = person::store::person(tx, who)?;
    let body = "Signing in to your account at Cairn takes no second step any more.\n\nIf neither you nor, at your wish, a \
                coordinator ended it, tell your coordinator at once.";
    Ok(mail::write(tx, &told(id, person, "No second step for your account", body, partnership), now)?)
}

fn told(id: MailId, person: PersonRow, subject: &str, body: &str, partnership: &str) -> Letter {
    let body = format!("Dear {},\n\n{body}\n\n{partnership}\n", *person.given_name);
    Letter { id, to: person.email.into_inner(), subject: subject.into(), body }
}

/// The world's time, in the demonstration: its own clock may have been turned, and no phone's was.
fn world(state: &State) -> Option<Timestamp> {
    state.config.demonstration.then(Clock::world)
}

/// The half minute whose code this is, by the clock of the house, or, in the demonstration, by the world's.
fn step_of(secret: &AppSecret, code: &str, now: Timestamp, world: Option<Timestamp>, last: i64) -> Option<i64> {
    app::step_of(secret, code, now, last)
        .or_else(|| world.and_then(|world| app::step_of(secret, code, world, 0)).filter(|step| *step != last))
}

/// A code that was given, or none, with what it takes to look at it inside a transaction.
#[derive(Clone)]
pub struct Given {
    code: Option<Code>,
    seals: Arc<Seals>,
    letter: MailId,
    stamp: Stamp,
    partnership: String,
    world: Option<Timestamp>,
}

impl Given {
    /// Counts a try, if there is something to try: ten in a quarter of an hour. Recovery codes aren't counted, so that
    /// nobody who tries figures keeps their owner out.
    ///
    /// # Errors
    /// [`ApiError::SlowDown`] after too many tries.
    pub fn new(state: &State, who: PersonId, code: Option<Code>) -> ApiResult<Self> {
        if let Some(Code::Shown(_)) = code {
            state.throttle.count(format!("code of {who}"), TRIES, state.now())?;
        }
        Ok(Self {
            code,
            seals: Arc::clone(&state.seals),
            letter: state.fresh(),
            stamp: state.stamp(who),
            partnership: state.config.partnership.clone(),
            world: world(state),
        })
    }

    /// Goes on if that person needs no code, or gave the right one, which is used up by it.
    ///
    /// # Errors
    /// [`ApiError::GiveCode`] if they gave none, a field if it isn't right.
    pub fn show(&self, tx: &mut Tx<'_>, who: PersonId, now: Timestamp) -> ApiResult<()> {
        let Some(row) = store::of(tx, who)? else { return Ok(()) };
        let Some(sealed) = &row.sealed else { return Ok(()) };
        match &self.code {
            None => Err(ApiError::GiveCode),
            Some(Code::Shown(code)) => {
                let opened = self.seals.open(who, sealed);
                if opened.is_none() {
                    tracing::warn!("a second step can't be opened: it was sealed with another CAIRN_SECRET");
                }
                let taken = opened.and_then(|(secret, old)| {
                    step_of(&secret, code, now, self.world, row.last_step).map(|step| (secret, old, step))
                });
                let (secret, old, last_step) = taken.ok_or_else(|| ApiError::field("/code", "not_right", NOT_RIGHT))?;
                let sealed = if old { self.seals.seal(who, &secret)? } else { sealed.clone() };
                Ok(store::put(tx, &SecondStepRow { sealed: Some(sealed), last_step, ..row })?)
            }
            Some(Code::Recovery(code)) => {
                if !store::use_code(tx, who, &secret_hash(code))? {
                    return Err(ApiError::field(
                        "/code",
                        "not_right",
                        "This recovery code isn’t one of yours, or was used already. Try another.",
                    ));
                }
                audit::record(tx, &self.stamp, Action::RecoveryCodeUsed, "person", who, None)?;
                let left = store::codes_left(tx, who)?;
                let body = format!(
                    "One of your recovery codes was used to sign in to Cairn; {left} are left. New ones come with setting \
                     the app up again, under “Your account”.\n\nIf it was not you, tell your coordinator at once."
                );
                let person = person::store::person(tx, who)?;
                let subject = "A recovery code was used";
                Ok(mail::write(tx, &told(self.letter, person, subject, &body, &self.partnership), now)?)
            }
        }
    }
}
