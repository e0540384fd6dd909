//! Where files are kept: in the data folder, or in a bucket of an S3-compatible store.

use crate::config::{FilesSettings, secret};
use actix_web::http::Uri;
use std::{fmt, net::IpAddr};

/// Where files are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the data folder.
    Folder,
    /// In a bucket, which several servers may share.
    Bucket(Address),
}

/// A bucket, and the key to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// What it is called.
    pub bucket: String,
    /// What the names of all files in it begin with, without a slash at either end; nothing, if they begin with themselves.
    pub prefix: String,
    /// Where the store is, `https://s3.university.example`; Amazon's of the region, if absent.
    pub endpoint: Option<String>,
    /// Its region.
    pub region: String,
    /// The name of the key.
    pub key_id: String,
    /// The key itself. It is shown nowhere.
    pub secret: String,
}

/// As `CAIRN_FILES` has it: `s3://bucket/prefix`.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let slash = if self.prefix.is_empty() { "" } else { "/" };
        write!(f, "s3://{}{slash}{}", self.bucket, self.prefix)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} at {} in {}", self.endpoint.as_deref().unwrap_or("Amazon"), self.region)
    }
}

/// The region of stores that know none.
const ANY_REGION: &str = "us-east-1";

impl Place {
    /// Reads the settings.
    ///
    /// # Errors
    /// All problems, a sentence each.
    pub fn parse(settings: &FilesSettings) -> Result<Self, Vec<String>> {
        let given = |setting: &Option<String>| setting.clone().filter(|text| !text.is_empty());
        let (endpoint, region) = (given(&settings.s3_endpoint), given(&settings.s3_region));
        let key_id = given(&settings.s3_key_id);
        let secret = given(&settings.s3_secret).map(|given| secret("CAIRN_S3_SECRET", &given)).transpose();
        let secret = secret.map_err(|problem| vec![problem])?;
        let Some(files) = given(&settings.files) else {
            return match endpoint.or(region).or(key_id).or(secret) {
                None => Ok(Self::Folder),
                Some(_) => Err(vec![
                    "CAIRN_FILES is needed with the CAIRN_S3_… settings: the bucket that files are kept in, like s3://bucket/cairn. \
                     Without them files are kept in the data folder."
                        .into(),
                ]),
            };
        };
        let mut problems = Vec::new();
        let named = bucket(&files);
        if named.is_none() {
            problems.push(format!(
                "CAIRN_FILES is “{files}”; it has to be a bucket, and what the names in it begin with, like s3://bucket/cairn."
            ));
        }
        if endpoint.as_deref().is_some_and(|endpoint| !is_endpoint(endpoint)) {
            problems.push(
                "CAIRN_S3_ENDPOINT has to be the address of the store alone, like https://s3.university.example; http:// only \
                 if it is this machine."
                    .into(),
            );
        }
        if endpoint.is_none() && region.is_none() {
            problems.push(
                "CAIRN_S3_REGION is needed, like eu-west-2; or CAIRN_S3_ENDPOINT, if the store is not Amazon’s.".into(),
            );
        }
        let region = region.unwrap_or_else(|| ANY_REGION.into());
        if region.len() > 63 || !region.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
            problems.push("CAIRN_S3_REGION has to be the name of a region, like eu-west-2.".into());
        }
        if key_id.is_none() || secret.is_none() {
            problems
                .push("CAIRN_S3_KEY_ID and CAIRN_S3_SECRET are needed with CAIRN_FILES: the key to the bucket.".into());
        }
        match (named, key_id, secret) {
            (Some((bucket, prefix)), Some(key_id), Some(secret)) if problems.is_empty() => Ok(Self::Bucket(Address {
                bucket,
                prefix,
                endpoint: endpoint.map(|endpoint| endpoint.trim_end_matches('/').to_owned()),
                region,
                key_id,
                secret,
            })),
            _ => Err(problems),
        }
    }
}

/// The bucket, and what names in it begin with.
fn bucket(files: &str) -> Option<(String, String)> {
    let rest = files.strip_prefix("s3://")?;
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
    let in_a_bucket = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    let in_a_prefix = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let is_part = |part: &str| !part.trim_matches('.').is_empty() && part.chars().all(in_a_prefix);
    let is_well = (3..=63).contains(&bucket.len())
        && bucket.chars().all(in_a_bucket)
        && !bucket.split('.').any(|part| part.is_empty() || part.starts_with('-') || part.ends_with('-'))
        && prefix.len() <= 200
        && (prefix.is_empty() || prefix.split('/').all(is_part));
    is_well.then(|| (bucket.to_owned(), prefix.to_owned()))
}

/// Whether it is where a store may be: encrypted, or on this machine.
fn is_endpoint(endpoint: &str) -> bool {
    let Ok(uri) = endpoint.parse::<Uri>() else { return false };
    let Some(authority) = uri.authority().filter(|authority| !authority.as_str().contains('@')) else { return false };
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let is_alone = uri.path_and_query().is_none_or(|path| path == "/" || path == "");
    is_alone && !host.is_empty() && (uri.scheme_str() == Some("https") || uri.scheme_str() == Some("http") && is_here)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(files: &str) -> FilesSettings {
        FilesSettings {
            files: Some(files.into()),
            s3_endpoint: None,
            s3_region: Some("eu-west-2".into()),
            s3_key_id: Some("AKIAEXAMPLE".into()),
            s3_secret: Some("a key that is shown nowhere".into()),
        }
    }

    fn read(files: &str) -> Option<(String, String)> {
        match Place::parse(&settings(files)) {
            Ok(Place::Bucket(address)) => Some((address.bucket, address.prefix)),
            _ => None,
        }
    }

    #[test]
    fn a_bucket_is_named_with_or_without_a_beginning() {
        let read = |files| read(files).map(|(bucket, prefix)| format!("{bucket} {prefix}"));
        assert_eq!(read("s3://evidence").as_deref(), Some("evidence "));
        assert_eq!(read("s3://evidence/").as_deref(), Some("evidence "));
        assert_eq!(read("s3://ev1.dence-2/cairn/2026_a.b/").as_deref(), Some("ev1.dence-2 cairn/2026_a.b"));
        for files in [
            "evidence",
            "/var/lib/cairn",
            "s3:/evidence",
            "s3://",
            "s3://ab",
            "s3:///cairn",
            "s3://Evidence",
            "s3://evi_dence",
            "s3://-evidence",
            "s3://evi..dence",
            "s3://evidence//cairn",
            "s3://evidence/../other",
            "s3://evidence/cairn/.",
            "s3://evidence/ca irn",
            "s3://evidence/cairn?x=1",
            "s3://key:secret@evidence",
            "https://evidence.s3.amazonaws.com",
        ] {
            assert_eq!(read(files), None, "{files}");
        }
    }

    #[test]
    fn the_way_is_encrypted_unless_it_stays_on_this_machine() {
        for endpoint in [
            "https://s3.university.example",
            "https://s3.university.example:9000/",
            "https://10.0.0.7",
            "http://127.0.0.1:9000",
            "http://localhost:9000",
            "http://[::1]:9000",
        ] {
            assert!(is_endpoint(endpoint), "{endpoint}");
        }
        for endpoint in [
            "http://s3.university.example",
            "http://10.0.0.7:9000",
            "http://localhost.example",
            "s3.university.example",
            "https://",
            "https://key:secret@s3.university.example",
            "https://s3.university.example/bucket",
            "https://s3.university.example?x=1",
            "ftp://127.0.0.1",
        ] {
            assert!(!is_endpoint(endpoint), "{endpoint}");
        }
    }

    #[test]
    fn all_problems_are_listed_and_what_is_forgotten_is_one() {
        let nothing = FilesSettings::default();
        assert_eq!(Place::parse(&nothing), Ok(Place::Folder));
        let alone = FilesSettings { s3_secret: Some("alone".into()), ..FilesSettings::default() };
        assert_eq!(Place::parse(&alone).unwrap_err().len(), 1);
        let bare = FilesSettings { files: Some("s3://evidence".into()), ..FilesSettings::default() };
        assert_eq!(Place::parse(&bare).unwrap_err().len(), 2);
        let wrong = FilesSettings {
            files: Some("evidence".into()),
            s3_endpoint: Some("http://s3.university.example".into()),
            s3_region: Some("somewhere else".into()),
            s3_key_id: None,
            s3_secret: Some(String::new()),
        };
        assert_eq!(Place::parse(&wrong).unwrap_err().len(), 4);
    }

    #[test]
    fn the_key_is_shown_nowhere() {
        let place = Place::parse(&settings("s3://evidence/cairn")).unwrap();
        let Place::Bucket(address) = &place else { panic!("it is a bucket") };
        let said = format!("{place:?} {address}");
        assert!(said.contains("s3://evidence/cairn") && !said.contains("shown nowhere"), "{said}");
        let wrong = FilesSettings { files: Some("evidence".into()), ..settings("") };
        let said = format!("{wrong:?} {:?}", Place::parse(&wrong));
        assert!(!said.contains("shown nowhere"), "{said}");
    }
}
