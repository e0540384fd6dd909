//! The bundle: all private keys, in one file that opens with the configured secret alone.

use crate::{config::KeysAt, ids::random_bytes};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cairn_credential::key::{KeyPair, PublicPair, did_web};
use cairn_shared::time::Timestamp;
use hkdf::Hkdf;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

/// What the file says of itself, so that nobody takes it for something else; it is bound into the encryption.
const WHAT: &str = "Cairn's badge keys, version 1";

/// What the demonstration's keys are made of. Everybody can read it here: the issuer that it stands for exists nowhere.
const DEMONSTRATION: &str = "the demonstration has no secrets";

/// The private keys of every generation, oldest first.
#[derive(Serialize, Deserialize)]
pub struct Bundle {
    pairs: Vec<Private>,
}

/// The private keys of one generation.
#[derive(Serialize, Deserialize)]
struct Private {
    number: u32,
    since: Timestamp,
    ed25519: String,
    p256: String,
}

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    what: String,
    sealed: String,
}

impl Private {
    fn fresh(number: u32, since: Timestamp) -> Self {
        let (ed25519, p256) = loop {
            let (ed25519, p256) = (random_bytes(), random_bytes());
            if KeyPair::new(number, &ed25519, &p256).is_some() {
                break (ed25519, p256);
            }
        };
        Self { number, since, ed25519: URL_SAFE_NO_PAD.encode(ed25519), p256: URL_SAFE_NO_PAD.encode(p256) }
    }

    fn pair(&self) -> Option<KeyPair> {
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok();
        KeyPair::new(self.number, &bytes(&self.ed25519)?, &bytes(&self.p256)?)
    }
}

impl Bundle {
    /// A bundle with one generation of that number.
    pub fn fresh(number: u32, now: Timestamp) -> Self {
        Self { pairs: vec![Private::fresh(number, now)] }
    }

    /// Adds a generation, which signs from now on, and returns its number.
    pub fn rotate(&mut self, now: Timestamp) -> u32 {
        let number = self.pairs.last().map_or(0, |last| last.number) + 1;
        self.pairs.push(Private::fresh(number, now));
        number
    }

    /// Writes the bundle where nothing is yet.
    ///
    /// # Errors
    /// A sentence: there is something, or it can't be written.
    pub fn write_new(&self, file: &Path, secret: &str) -> Result<(), String> {
        let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
        let written = opened.and_then(|mut open| {
            // Half a file would be taken for one that is there.
            self.fill(&mut open, secret).inspect_err(|_| drop(fs::remove_file(file)))
        });
        written.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => {
                format!("{} is there already, and stays as it is: what it signed depends on it.", file.display())
            }
            _ => format!("{} can't be written: {error}.", file.display()),
        })
    }

    /// Writes the bundle in the place of the one that is there. The change is whole or did not happen.
    ///
    /// # Errors
    /// A sentence, if it can't be written.
    pub fn replace(&self, file: &Path, secret: &str) -> Result<(), String> {
        let beside = file.with_extension("new");
        drop(fs::remove_file(&beside));
        let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside);
        written
            .and_then(|mut open| self.fill(&mut open, secret))
            .and_then(|()| fs::rename(&beside, file))
            .map_err(|error| format!("{} can't be written: {error}.", file.display()))
    }

    fn fill(&self, open: &mut fs::File, secret: &str) -> io::Result<()> {
        let nonce: [u8; NONCE_LEN] = random_bytes();
        let mut text = serde_json::to_vec(self)?;
        seal_key(secret)
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(WHAT), &mut text)
            .map_err(|_| io::Error::other("the keys can't be encrypted"))?;
        let sealed = Sealed { what: WHAT.into(), sealed: URL_SAFE_NO_PAD.encode([nonce.as_slice(), &text].concat()) };
        open.write_all(serde_json::to_string_pretty(&sealed)?.as_bytes())?;
        open.write_all(b"\n")?;
        open.sync_all()
    }

    /// Reads a bundle; nothing, if there is none.
    ///
    /// # Errors
    /// A sentence: it can't be read, or the secret is not the one that it was written with.
    pub fn read(file: &Path, secret: &str) -> Result<Option<Self>, String> {
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(format!("The badge keys in {} can't be read: {error}.", file.display())),
        };
        let open = || {
            let sealed: Sealed = serde_json::from_str(&text).ok().filter(|sealed: &Sealed| sealed.what == WHAT)?;
            let bytes = URL_SAFE_NO_PAD.decode(sealed.sealed).ok()?;
            let (nonce, text) = bytes.split_at_checked(NONCE_LEN)?;
            let mut text = text.to_vec();
            let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
            let plain = seal_key(secret).open_in_place(nonce, Aad::from(WHAT), &mut text).ok()?;
            serde_json::from_slice(plain).ok()
        };
        open().map(Some).ok_or_else(|| {
            format!(
                "The badge keys in {} don’t open with CAIRN_KEYS_SECRET: it is another secret, or the file was altered.",
                file.display()
            )
        })
    }
}

fn seal_key(secret: &str) -> LessSafeKey {
    LessSafeKey::new(
        UnboundKey::new(&CHACHA20_POLY1305, &derived(secret, b"cairn badge keys")).expect("a key has 32 bytes"),
    )
}

fn derived(secret: &str, purpose: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    Hkdf::<Sha256>::new(None, secret.as_bytes())
        .expand(purpose, &mut bytes)
        .expect("32 bytes are less than HKDF can give");
    bytes
}

/// Who issues badges here, and with which keys.
pub struct Keys {
    /// The issuer's decentralised identifier.
    pub did: String,
    /// Oldest first. None: awards have certificates alone, until there are keys.
    pairs: Vec<(KeyPair, Timestamp)>,
}

impl Keys {
    /// Opens the keys that the configuration names. Where there are none, no badges are issued.
    ///
    /// # Errors
    /// A sentence, if there is a bundle that can't be used.
    pub fn open(at: &KeysAt, issuer_url: &str) -> Result<Self, String> {
        let did = did_web(issuer_url).unwrap_or_default();
        let private = match at {
            KeysAt::Demonstration => return Ok(Self { did, pairs: vec![demonstration()] }),
            KeysAt::Nowhere => Vec::new(),
            KeysAt::File { file, secret } => Bundle::read(file, secret)?.map_or(Vec::new(), |bundle| bundle.pairs),
        };
        let pairs = private.iter().map(|private| Some((private.pair()?, private.since)));
        let pairs = pairs.collect::<Option<_>>().ok_or("The badge keys hold something that is no key.")?;
        Ok(Self { did, pairs })
    }

    /// The keys that sign today.
    pub fn newest(&self) -> Option<&KeyPair> {
        self.pairs.last().map(|(pair, _)| pair)
    }

    /// The public halves, and since when each signs.
    pub fn public(&self) -> impl Iterator<Item = (PublicPair, Timestamp)> {
        self.pairs.iter().map(|(pair, since)| (pair.public(), *since))
    }
}

fn demonstration() -> (KeyPair, Timestamp) {
    let pair = KeyPair::new(1, &derived(DEMONSTRATION, b"ed25519"), &derived(DEMONSTRATION, b"p256"));
    (pair.expect("a test makes it"), Timestamp::from_micros(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "a secret of the configuration, long enough";

    fn folder() -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("cairn-keys-{}", crate::ids::secret()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn now() -> Timestamp {
        "2027-03-18T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_bundle_opens_with_its_secret_alone_and_keeps_its_keys_through_a_rotation() {
        let folder = folder();
        let file = folder.join("keys.json");
        let at = KeysAt::File { file: file.clone(), secret: SECRET.into() };
        let open = || Keys::open(&at, "https://cairn.example").unwrap();
        assert!(open().newest().is_none());

        Bundle::fresh(1, now()).write_new(&file, SECRET).unwrap();
        let first = open().public().next().unwrap();
        assert_eq!(first.0.number, 1);
        let mut bundle = Bundle::read(&file, SECRET).unwrap().unwrap();
        assert_eq!(bundle.rotate(now().plus_days(1)), 2);
        bundle.replace(&file, SECRET).unwrap();
        let public: Vec<_> = open().public().collect();
        assert_eq!((public.len(), &public[0]), (2, &first));
        assert_eq!(open().newest().unwrap().number, 2);

        assert!(Bundle::read(&file, "another secret of the configuration").is_err());
        assert!(Bundle::fresh(1, now()).write_new(&file, SECRET).unwrap_err().contains("is there already"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn nothing_of_a_key_can_be_read_in_the_file() {
        let folder = folder();
        let file = folder.join("keys.json");
        let bundle = Bundle::fresh(1, now());
        bundle.write_new(&file, SECRET).unwrap();
        let written = fs::read_to_string(&file).unwrap();
        assert!(!written.contains(&bundle.pairs[0].ed25519) && !written.contains("number"));
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
        for altered in [written.replacen("Cairn", "Other", 1), written[..written.len() / 2].to_owned()] {
            fs::write(&file, altered).unwrap();
            assert!(Bundle::read(&file, SECRET).is_err());
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_demonstration_has_keys_that_are_always_the_same() {
        let open = || Keys::open(&KeysAt::Demonstration, "https://cairn.example").unwrap();
        assert!(open().public().eq(open().public()));
        assert_eq!(open().did, "did:web:cairn.example");
    }
}
