//! Who is calling: read from the access token, and looked up with every request, so that signing out, leaving and a
//! changed role take effect at once.

use crate::{
    problem::{ApiError, ApiResult},
    session::{self, actions::Identified},
    state::State,
    watch::security::Known,
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header, web};
use cairn_shared::{
    ids::{PersonId, SessionId},
    person::Role,
    time::{Date, Timestamp},
};
use futures_util::future::LocalBoxFuture;

/// The person who is calling, with what they may do now.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Who.
    pub person: PersonId,
    /// On which device.
    pub session: SessionId,
    /// What they may do.
    pub roles: Vec<Role>,
    /// When they called.
    pub now: Timestamp,
}

/// Whoever is signed in, also while what they are entrusted with waits for their second step: what one does about
/// oneself.
#[derive(Debug, Clone)]
pub struct Caller(pub Actor);

/// Who is looking: joined into every query that returns something a person may not see.
#[derive(Debug, Clone, Copy)]
pub struct Viewer {
    /// Who.
    pub person: PersonId,
    /// The day in London.
    pub today: Date,
}

impl Actor {
    /// The caller as the one who looks.
    pub fn viewer(&self) -> Viewer {
        Viewer { person: self.person, today: self.now.london_date() }
    }

    /// Whether they have that role.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Goes on if they are a coordinator. To everyone else the coordinator's pages do not exist.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] if they aren't.
    pub fn coordinates(&self) -> ApiResult<()> {
        if self.is(Role::Coordinator) { Ok(()) } else { Err(ApiError::NotFound) }
    }

    /// Goes on if they keep a story.
    ///
    /// # Errors
    /// [`ApiError::NotYours`] if they don't.
    pub fn writes(&self) -> ApiResult<()> {
        if self.roles.iter().any(|r| r.writes()) {
            Ok(())
        } else {
            Err(ApiError::NotYours(
                "Stories are kept by mentors. If you mentor, ask the coordinator to add that to your account.",
            ))
        }
    }
}

impl FromRequest for Actor {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, ApiResult<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let identified = identify(request);
        Box::pin(async move { identified.await?.acting() })
    }
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, ApiResult<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let identified = identify(request);
        Box::pin(async move { Ok(Self(identified.await?.actor)) })
    }
}

/// Looks up whose access token came along.
fn identify(request: &HttpRequest) -> impl Future<Output = ApiResult<Identified>> + 'static {
    let state = request.app_data::<web::Data<State>>().cloned();
    let token = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.strip_prefix("Bearer "))
        .map(str::to_owned);
    let request = request.clone();
    async move {
        let state = state.ok_or_else(|| ApiError::Internal("the server has no state".into()))?;
        let claims = token.and_then(|t| state.tokens.verify(&t, state.now())).ok_or(ApiError::SignIn)?;
        let identified = session::actions::identify(&state, claims.sub, claims.sid).await?;
        request.extensions_mut().insert(Known(identified.actor.person));
        Ok(identified)
    }
}
