//! The floor: a bare actix server that answers a fixed JSON of as many bytes as it is asked for, and does nothing else.
//! Nothing that answers over HTTP here can be quicker.

use std::{cell::RefCell, collections::HashMap, net::TcpListener};

use actix_web::{App, HttpResponse, HttpServer, rt::System, web};
use anyhow::Result;

thread_local! {
    static ANSWERS: RefCell<HashMap<usize, web::Bytes>> = RefCell::default();
}

/// Serves until the process ends. `GET /1000` is answered with a thousand bytes; a body that is sent is read.
pub fn serve(listener: TcpListener, workers: usize) -> Result<()> {
    System::new().block_on(async move {
        HttpServer::new(|| App::new().app_data(web::PayloadConfig::new(1 << 24)).route("/{bytes}", web::to(answer)))
            .workers(workers)
            .listen(listener)?
            .run()
            .await
    })?;
    Ok(())
}

async fn answer(bytes: web::Path<usize>, _body: web::Bytes) -> HttpResponse {
    let body = ANSWERS.with_borrow_mut(|known| known.entry(*bytes).or_insert_with(|| fixed(*bytes)).clone());
    HttpResponse::Ok().content_type("application/json").body(body)
}

fn fixed(bytes: usize) -> web::Bytes {
    let around = r#"{"fixed":""}"#.len();
    web::Bytes::from(format!(r#"{{"fixed":"{}"}}"#, "a".repeat(bytes.saturating_sub(around))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_json_of_that_many_bytes() {
        let body = fixed(1000);
        assert_eq!(body.len(), 1000);
        assert!(serde_json::from_slice::<serde_json::Value>(&body).is_ok());
    }
}
