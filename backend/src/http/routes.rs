//! What a slice hands its operations to.

use actix_web::{dev::HttpServiceFactory, web::ServiceConfig};
use utoipa_actix_web::{OpenApiFactory, service_config::ServiceConfig as Describing};

/// Takes the operations of a slice: to answer them, or to describe them. Each thread that answers has a table of its own,
/// and the description, which is long, is made once.
pub trait Routes: Sized {
    /// Takes an operation.
    fn service(&mut self, operation: impl HttpServiceFactory + OpenApiFactory + 'static) -> &mut Self;

    /// Takes those of a slice.
    fn configure(&mut self, slice: impl FnOnce(&mut Self)) -> &mut Self {
        slice(self);
        self
    }
}

impl Routes for ServiceConfig {
    fn service(&mut self, operation: impl HttpServiceFactory + OpenApiFactory + 'static) -> &mut Self {
        Self::service(self, operation)
    }
}

impl Routes for Describing<'_> {
    fn service(&mut self, operation: impl HttpServiceFactory + OpenApiFactory + 'static) -> &mut Self {
        Self::service(self, operation)
    }
}
