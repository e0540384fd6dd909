//! How a file is sent to whoever opens it: all of it or a part, from the disk or from a bucket, with the same headers.

use super::actions::Readable;
use crate::{
    files::{
        Files, Lies,
        bucket::{Bucket, Part},
        troubled,
    },
    problem::{ApiError, ApiResult},
};
use actix_files::{HttpRange, NamedFile};
use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    body::SizedStream,
    http::{
        StatusCode,
        header::{self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue, HeaderValue},
    },
};
use std::io;

/// The answer to a request for that file.
///
/// # Errors
/// If it is not there, and if the store is away.
pub async fn sent(request: &HttpRequest, files: &Files, file: &Readable) -> ApiResult<HttpResponse> {
    let mut response = match files.lies(file.hash) {
        Lies::OnDisk(path) => {
            let media_type = file.media_type.parse().map_err(|_| ApiError::NotFound)?;
            NamedFile::open_async(path)
                .await
                .map_err(not_there)?
                .set_content_type(media_type)
                .set_content_disposition(attachment(&file.name))
                .use_last_modified(false)
                // It would tell whose files are the same one in the store.
                .use_etag(false)
                .into_response(request)
        }
        Lies::InBucket(bucket) => from_bucket(request, bucket, file).await?,
    };
    // A part that happens to be the whole is still an answer to who asked for a part.
    if response.status() == StatusCode::OK && response.headers().contains_key(header::CONTENT_RANGE) {
        response.head_mut().status = StatusCode::PARTIAL_CONTENT;
    }
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

fn not_there(error: io::Error) -> ApiError {
    match error.kind() {
        io::ErrorKind::NotFound => ApiError::Internal(format!("a file that a row refers to can't be opened: {error}")),
        _ => troubled(error),
    }
}

/// As [`NamedFile`] answers, which knows the disk alone.
async fn from_bucket(request: &HttpRequest, bucket: &Bucket, file: &Readable) -> ApiResult<HttpResponse> {
    let mut response = HttpResponse::Ok();
    let media_type = match file.media_type.as_str() {
        "text/plain" => "text/plain; charset=utf-8",
        other => other,
    };
    response
        .insert_header((header::CONTENT_TYPE, media_type))
        .insert_header(attachment(&file.name))
        .insert_header((header::ACCEPT_RANGES, "bytes"));
    let Some(range) = request.headers().get(header::RANGE) else {
        if let Some(done) = without_bytes(request, &mut response) {
            return Ok(done);
        }
        let Part { size, bytes } = bucket.read(file.hash, None).await.map_err(not_there)?;
        return Ok(response.body(SizedStream::new(size, bytes)));
    };
    let size = bucket.size(file.hash).await.map_err(not_there)?;
    let Ok(range) = range.to_str() else {
        return Ok(response.status(StatusCode::BAD_REQUEST).finish());
    };
    // Of several parts the first.
    let part = HttpRange::parse(range, size).ok().and_then(|parts| parts.first().copied());
    let Some(HttpRange { start, length }) = part else {
        response.insert_header((header::CONTENT_RANGE, format!("bytes */{size}")));
        return Ok(response.status(StatusCode::RANGE_NOT_SATISFIABLE).finish());
    };
    if request.headers().contains_key(header::ACCEPT_ENCODING) {
        response.insert_header((header::CONTENT_ENCODING, "identity"));
    }
    response.insert_header((header::CONTENT_RANGE, format!("bytes {start}-{}/{size}", start + length - 1)));
    if let Some(done) = without_bytes(request, &mut response) {
        return Ok(done);
    }
    let Part { bytes, .. } = bucket.read(file.hash, Some(start..start + length)).await.map_err(not_there)?;
    Ok(response.body(SizedStream::new(length, bytes)))
}

/// The answer to whoever wants it only if it is, or is not, what they know. It has no ETag that they could know.
fn without_bytes(request: &HttpRequest, response: &mut HttpResponseBuilder) -> Option<HttpResponse> {
    let asks = |name: header::HeaderName| request.headers().get(name).map(HeaderValue::as_bytes);
    match (asks(header::IF_MATCH), asks(header::IF_NONE_MATCH)) {
        (Some(tags), _) if tags != b"*" => Some(response.status(StatusCode::PRECONDITION_FAILED).finish()),
        (_, Some(b"*")) => Some(response.status(StatusCode::NOT_MODIFIED).finish()),
        _ => None,
    }
}

/// To be kept under that name, in whatever script it is (RFC 6266).
fn attachment(name: &str) -> ContentDisposition {
    let plain: String = name.chars().map(|c| if c.is_ascii() && !c.is_ascii_control() { c } else { '_' }).collect();
    let mut parameters = vec![DispositionParam::Filename(plain)];
    if !name.is_ascii() {
        parameters.push(DispositionParam::FilenameExt(ExtendedValue {
            charset: Charset::Ext("UTF-8".into()),
            language_tag: None,
            value: name.as_bytes().to_vec(),
        }));
    }
    ContentDisposition { disposition: DispositionType::Attachment, parameters }
}
