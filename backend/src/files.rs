//! Files: a content-addressed store on disk, beside the database.
//!
//! A file is streamed to a temporary place while its SHA-256 is taken, checked by its content, flushed to disk, and
//! only then moved to the place that its hash names; the row that refers to it is written afterwards. A crash leaves
//! either the whole file or none, and never a row without its file; the tests stop a server at each [`Step`].

mod incoming;

use crate::problem::{ApiError, ApiResult};
use cairn_shared::edition::Hash;
use futures_util::{Stream, StreamExt};
use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder, imageops::FilterType,
};
use incoming::{Incoming, Temporary};
use sha2::{Digest, Sha256};
use std::{
    fs,
    io::{self, BufReader, Cursor, Read, Seek},
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::{io::AsyncWriteExt, sync::Semaphore, task::spawn_blocking};

/// The largest file, in bytes.
pub const MOST_BYTES: u64 = 50 * 1024 * 1024;
/// What is said of a larger one.
pub const TOO_LARGE: &str =
    "A file can be up to 50 MB. Make it smaller, or put it somewhere on the web and attach its link.";
/// What is said of a file of another kind.
pub const KINDS: &str = "Cairn takes photos (JPEG, PNG, WebP), PDF, Word and PowerPoint files, plain text, and sound or film \
     (MP3, M4A, MP4, OGG, WebM). Save it as one of these, and attach it again.";
/// The edge of a small picture, in pixels.
const THUMBNAIL: u32 = 320;
/// The longest edge of a kept photo, in pixels.
const LONGEST_EDGE: u32 = 2400;

/// A step of keeping a file. Between them a crash would show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// All of it is on the disk, in a temporary place.
    Flushed,
    /// It is in its place.
    Settled,
}

/// The store.
pub struct Files {
    root: PathBuf,
    incoming: Incoming,
    /// Is told of each step.
    witness: fn(Step),
    /// Pictures are decoded one at a time: each may ask for a quarter of a gigabyte.
    decoding: Arc<Semaphore>,
}

/// A kind of file that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A photo that is decoded and written anew, which removes hidden data.
    Picture(ImageFormat),
    /// Anything else, kept as it is, under that media type.
    Other(&'static str),
}

/// A file that is safely in the store.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Its hash, which is its name.
    pub sha256: Hash,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its media type, found by its content.
    pub media_type: &'static str,
    /// The hash of its small picture, if it is a photo.
    pub thumbnail: Option<Hash>,
}

impl Files {
    /// The store in that folder of the data.
    ///
    /// # Errors
    /// If the folder can't be made.
    pub fn open(data: &Path) -> io::Result<Self> {
        let root = data.join("files");
        let incoming = Incoming::open(&root.join("incoming"))?;
        Ok(Self { root, incoming, witness: |_| {}, decoding: Arc::new(Semaphore::new(1)) })
    }

    /// Tells that function of each step from now on.
    pub fn tell(&mut self, witness: fn(Step)) {
        self.witness = witness;
    }

    /// Whether the store takes files: the folder is there and can be written in.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn answers(&self) -> io::Result<()> {
        let tried = self.incoming.place();
        tokio::fs::File::create(tried.path()).await.map(drop)
    }

    /// Receives a file: streams it to disk, finds out what it is, removes a photo's hidden data, and keeps it.
    ///
    /// # Errors
    /// If it is too large, empty, of another kind, or breaks off.
    pub async fn receive<B: AsRef<[u8]>, E>(
        &self,
        name: &str,
        mut body: impl Stream<Item = Result<B, E>> + Unpin,
    ) -> ApiResult<Kept> {
        let temporary = self.incoming.place();
        let mut file = tokio::fs::File::create(temporary.path()).await.map_err(disk)?;
        let mut hash = Sha256::new();
        let mut bytes = 0u64;
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|_| {
                ApiError::Malformed("The file broke off on its way. Nothing was kept; send it again.".into())
            })?;
            let chunk = chunk.as_ref();
            bytes += chunk.len() as u64;
            if bytes > MOST_BYTES {
                return Err(ApiError::TooLarge(TOO_LARGE));
            }
            hash.update(chunk);
            file.write_all(chunk).await.map_err(disk)?;
        }
        if bytes == 0 {
            return Err(ApiError::field("", "empty_file", "This file is empty. Choose it again."));
        }
        // The last write goes on behind our back; only `flush` tells how it ended, and `sync_all` would not.
        file.flush().await.map_err(disk)?;
        file.sync_all().await.map_err(disk)?;
        drop(file);
        let hash = Hash::from_bytes(hash.finalize().into());
        let kind = self.kind(&temporary, name).await?;
        match kind {
            Kind::Other(media_type) => {
                self.settle(&temporary, hash)?;
                Ok(Kept { sha256: hash, bytes, media_type, thumbnail: None })
            }
            Kind::Picture(format) => self.keep_picture(&temporary, format).await,
        }
    }

    async fn kind(&self, temporary: &Temporary, name: &str) -> ApiResult<Kind> {
        let (path, name) = (temporary.path().to_owned(), name.to_owned());
        let kind = spawn_blocking(move || kind_of(&mut BufReader::new(fs::File::open(path)?), &name));
        kind.await.map_err(|e| ApiError::Internal(e.to_string()))?.map_err(disk)?.ok_or(ApiError::MediaType(KINDS))
    }

    async fn keep_picture(&self, temporary: &Temporary, format: ImageFormat) -> ApiResult<Kept> {
        let place = Arc::clone(&self.decoding).acquire_owned().await.map_err(|e| ApiError::Internal(e.to_string()))?;
        let path = temporary.path().to_owned();
        // The place goes along: whoever hangs up ends this future, and not the work.
        let made = spawn_blocking(move || {
            let made = rewrite(&path, format);
            drop(place);
            made
        });
        let (picture, media_type, thumbnail) =
            made.await.map_err(|e| ApiError::Internal(e.to_string()))?.map_err(|_| {
                ApiError::MediaType("This photo can’t be opened. Save it again as a JPEG, and attach that.")
            })?;
        let bytes = picture.len() as u64;
        Ok(Kept { sha256: self.put(&picture)?, bytes, media_type, thumbnail: Some(self.put(&thumbnail)?) })
    }

    /// Keeps bytes that are in memory already.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn put(&self, bytes: &[u8]) -> ApiResult<Hash> {
        let hash = Hash::of(bytes);
        let temporary = self.incoming.place();
        let write = || {
            let mut file = fs::File::create(temporary.path())?;
            io::Write::write_all(&mut file, bytes)?;
            file.sync_all()
        };
        write().map_err(disk)?;
        self.settle(&temporary, hash)?;
        Ok(hash)
    }

    /// Takes a file that is known by its hash, as a backup has it, and keeps it if it is what that says.
    ///
    /// # Errors
    /// Those of the disk and of what is read; [`io::ErrorKind::InvalidData`] if it is something else.
    pub fn take(&self, hash: Hash, bytes: &mut dyn Read) -> io::Result<()> {
        let temporary = self.incoming.place();
        let mut file = fs::File::create(temporary.path())?;
        io::copy(bytes, &mut file)?;
        file.sync_all()?;
        if hash_of(&mut fs::File::open(temporary.path())?)?.0 != hash {
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("the file {hash} is another")));
        }
        self.settle(&temporary, hash).map_err(|error| io::Error::other(error.cause().unwrap_or_default()))
    }

    /// Moves a flushed file to the place that its hash names, and flushes the folder.
    fn settle(&self, from: &Temporary, hash: Hash) -> ApiResult<()> {
        (self.witness)(Step::Flushed);
        let to = self.path(hash);
        let settle = || {
            let folder = to.parent().unwrap_or(&self.root);
            fs::create_dir_all(folder)?;
            fs::rename(from.path(), &to)?;
            fs::File::open(folder)?.sync_all()?;
            fs::File::open(&self.root)?.sync_all()
        };
        settle().map_err(disk)?;
        (self.witness)(Step::Settled);
        Ok(())
    }

    /// Where the file of that hash lies.
    pub fn path(&self, hash: Hash) -> PathBuf {
        let name = hash.to_string();
        self.root.join(&name[..2]).join(name)
    }
}

/// How a file of the store stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// It is what its name says, with so many bytes.
    Whole(u64),
    /// It is there, and is something else.
    Altered,
    /// It is not there.
    Missing,
}

impl Files {
    /// Reads a file of the store to its end, and says whether it is what its name says.
    ///
    /// # Errors
    /// If it is there and can't be read.
    pub fn look_at(&self, hash: Hash) -> io::Result<Found> {
        let mut file = match fs::File::open(self.path(hash)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Missing),
            Err(error) => return Err(error),
        };
        let (found, bytes) = hash_of(&mut file)?;
        Ok(if found == hash { Found::Whole(bytes) } else { Found::Altered })
    }

    /// The names of all files that are in their places.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn all(&self) -> io::Result<Vec<Hash>> {
        let mut all = Vec::new();
        for folder in fs::read_dir(&self.root)? {
            let folder = folder?;
            // Those that are being received lie in a folder with a longer name.
            if folder.file_name().len() != 2 || !folder.file_type()?.is_dir() {
                continue;
            }
            for file in fs::read_dir(folder.path())? {
                all.extend(file?.file_name().to_str().and_then(|name| name.parse::<Hash>().ok()));
            }
        }
        Ok(all)
    }
}

/// The hash of what is read to its end, and its length in bytes.
fn hash_of(file: &mut impl Read) -> io::Result<(Hash, u64)> {
    let mut digest = Sha256::new();
    let mut block = vec![0; 64 * 1024];
    let mut bytes = 0u64;
    loop {
        let read = file.read(&mut block)?;
        if read == 0 {
            return Ok((Hash::from_bytes(digest.finalize().into()), bytes));
        }
        bytes += read as u64;
        digest.update(&block[..read]);
    }
}

fn disk(error: io::Error) -> ApiError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ApiError::Full,
        _ => ApiError::Internal(format!("the disk answered: {error}")),
    }
}

/// What a file is, by its first bytes and its name's ending, which have to agree.
fn kind_of(file: &mut (impl Read + Seek), name: &str) -> io::Result<Option<Kind>> {
    let mut head = Vec::new();
    file.by_ref().take(4096).read_to_end(&mut head)?;
    let ending = name.rsplit_once('.').map_or(String::new(), |(_, e)| e.to_ascii_lowercase());
    let is = |endings: &[&str]| endings.contains(&ending.as_str());
    Ok(match () {
        () if head.starts_with(b"\xff\xd8\xff") && is(&["jpg", "jpeg"]) => Some(Kind::Picture(ImageFormat::Jpeg)),
        () if head.starts_with(b"\x89PNG\r\n\x1a\n") && is(&["png"]) => Some(Kind::Picture(ImageFormat::Png)),
        () if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") && is(&["webp"]) => {
            Some(Kind::Picture(ImageFormat::WebP))
        }
        () if head.starts_with(b"%PDF-") && is(&["pdf"]) => Some(Kind::Other("application/pdf")),
        () if head.starts_with(b"PK\x03\x04") && is(&["docx"]) => office(file, "word/")?
            .then_some(Kind::Other("application/vnd.openxmlformats-officedocument.wordprocessingml.document")),
        () if head.starts_with(b"PK\x03\x04") && is(&["pptx"]) => office(file, "ppt/")?
            .then_some(Kind::Other("application/vnd.openxmlformats-officedocument.presentationml.presentation")),
        () if is_mp3(&head) && is(&["mp3"]) => Some(Kind::Other("audio/mpeg")),
        () if is_mp4(&head) && is(&["m4a"]) => Some(Kind::Other("audio/mp4")),
        () if is_mp4(&head) && is(&["mp4"]) => Some(Kind::Other("video/mp4")),
        () if head.starts_with(b"OggS") && is(&["ogg", "oga", "opus"]) => Some(Kind::Other("audio/ogg")),
        () if is_webm(&head) && is(&["webm"]) => Some(Kind::Other("audio/webm")),
        () if is(&["txt"]) => plain_text(file)?.then_some(Kind::Other("text/plain")),
        () => None,
    })
}

/// Whether it begins with a tag of MP3, or straight with a frame of MPEG audio, layer III.
fn is_mp3(head: &[u8]) -> bool {
    let frame = |first: u8, second: u8, third: u8| {
        let (version, layer) = (second >> 3 & 3, second >> 1 & 3);
        let (bit_rate, sampling) = (third >> 4, third >> 2 & 3);
        first == 0xff && second >> 5 == 7 && version != 1 && layer == 1 && bit_rate != 15 && sampling != 3
    };
    head.starts_with(b"ID3") || matches!(head, [first, second, third, ..] if frame(*first, *second, *third))
}

/// Whether it is sound or film in the container of MP4. Photos of phones (HEIC, AVIF) come in the same container.
fn is_mp4(head: &[u8]) -> bool {
    const PICTURES: [&[u8]; 10] =
        [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"];
    head.get(4..8) == Some(b"ftyp") && head.get(8..12).is_some_and(|brand| !PICTURES.contains(&brand))
}

/// Whether it is a Matroska container that calls itself WebM.
fn is_webm(head: &[u8]) -> bool {
    head.starts_with(b"\x1a\x45\xdf\xa3") && head.windows(4).take(64).any(|word| word == b"webm")
}

/// Whether a zip is an office document of that kind: its list of contents says so. Nothing is unpacked.
fn office(file: &mut (impl Read + Seek), folder: &str) -> io::Result<bool> {
    file.rewind()?;
    let Ok(mut archive) = zip::ZipArchive::new(file) else { return Ok(false) };
    let mut unpacked = 0u64;
    let mut has = (false, false);
    for index in 0..archive.len() {
        let Ok(entry) = archive.by_index_raw(index) else { return Ok(false) };
        unpacked = unpacked.saturating_add(entry.size());
        has.0 |= entry.name() == "[Content_Types].xml";
        has.1 |= entry.name().starts_with(folder);
    }
    Ok(has.0 && has.1 && archive.len() < 10_000 && unpacked < 20 * MOST_BYTES)
}

/// Whether a file is text in UTF-8, without NUL. It is read in blocks: it may be large.
fn plain_text(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    file.rewind()?;
    let mut block = vec![0; 64 * 1024];
    // The first bytes of a character whose rest is in the next block.
    let mut begun = 0;
    loop {
        let read = file.read(&mut block[begun..])?;
        let filled = begun + read;
        begun = match std::str::from_utf8(&block[..filled]) {
            Ok(_) => 0,
            Err(error) if error.error_len().is_none() && read > 0 => filled - error.valid_up_to(),
            Err(_) => return Ok(false),
        };
        if block[..filled].contains(&0) {
            return Ok(false);
        }
        if read == 0 {
            return Ok(true);
        }
        block.copy_within(filled - begun..filled, 0);
    }
}

/// Decodes a photo, turns it upright, and writes it and a small picture anew: what was hidden in it stays behind.
fn rewrite(path: &Path, format: ImageFormat) -> image::ImageResult<(Vec<u8>, &'static str, Vec<u8>)> {
    let mut reader = ImageReader::with_format(BufReader::new(fs::File::open(path)?), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(20_000);
    limits.max_image_height = Some(20_000);
    limits.max_alloc = Some(256 * 1024 * 1024);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    if picture.width().max(picture.height()) > LONGEST_EDGE {
        picture = picture.resize(LONGEST_EDGE, LONGEST_EDGE, FilterType::Triangle);
    }
    let thumbnail = jpeg(&picture.thumbnail(THUMBNAIL, THUMBNAIL), 80)?;
    if format == ImageFormat::Png {
        let mut png = Cursor::new(Vec::new());
        picture.write_to(&mut png, ImageFormat::Png)?;
        return Ok((png.into_inner(), "image/png", thumbnail));
    }
    // WebP is written as JPEG: the library has no lossy WebP encoder, and a lossless one makes photos many times larger.
    Ok((jpeg(&picture, 88)?, "image/jpeg", thumbnail))
}

fn jpeg(picture: &DynamicImage, quality: u8) -> image::ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(bytes: &[u8], name: &str) -> Option<Kind> {
        kind_of(&mut Cursor::new(bytes), name).unwrap()
    }

    #[test]
    fn content_and_ending_have_to_agree() {
        assert_eq!(kind(b"\xff\xd8\xff\xe0rest", "photo.JPG"), Some(Kind::Picture(ImageFormat::Jpeg)));
        assert_eq!(kind(b"<html><script>", "photo.jpg"), None);
        assert_eq!(kind(b"<svg onload=x>", "photo.svg"), None);
        assert_eq!(kind(b"%PDF-1.7", "plan.pdf"), Some(Kind::Other("application/pdf")));
        assert_eq!(kind(b"%PDF-1.7", "plan.html"), None);
        assert_eq!(kind(b"PK\x03\x04not a real zip", "plan.docx"), None);
        assert_eq!(kind("Łukasz wrote".as_bytes(), "note.txt"), Some(Kind::Other("text/plain")));
        assert_eq!(kind(b"nul\0", "note.txt"), None);
    }

    #[test]
    fn a_container_of_sound_holds_sound() {
        assert_eq!(kind(b"\0\0\0\x18ftypM4A \0\0", "memo.m4a"), Some(Kind::Other("audio/mp4")));
        assert_eq!(kind(b"\0\0\0\x18ftypheic\0\0", "memo.m4a"), None);
        assert_eq!(kind(b"\0\0\0\x18ftypheic\0\0", "photo.heic"), None);
        assert_eq!(kind(b"\xff\xfb\x90\x64", "memo.mp3"), Some(Kind::Other("audio/mpeg")));
        // Text in UTF-16 begins like a frame, at a glance.
        assert_eq!(kind(b"\xff\xfea\0", "memo.mp3"), None);
        assert_eq!(kind(b"\x1a\x45\xdf\xa3\x93\x42\x82\x84webm", "memo.webm"), Some(Kind::Other("audio/webm")));
        assert_eq!(kind(b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska", "memo.webm"), None);
    }

    #[test]
    fn text_is_text_wherever_its_blocks_end() {
        for lead in 0..4 {
            let text = "x".repeat(lead) + &"👩🏽‍🏫é".repeat(20_000);
            assert!(plain_text(&mut Cursor::new(text.as_bytes())).unwrap());
            assert!(!plain_text(&mut Cursor::new(&text.as_bytes()[..text.len() - 1])).unwrap());
            assert!(!plain_text(&mut Cursor::new(&[text.as_bytes(), b"\0"].concat())).unwrap());
            assert!(!plain_text(&mut Cursor::new(&[text.as_bytes(), b"\xff", text.as_bytes()].concat())).unwrap());
        }
    }

    #[test]
    fn a_photo_comes_back_without_what_was_hidden_in_it() {
        let folder = std::env::temp_dir().join(format!("cairn-files-{}", uuid::Uuid::new_v4()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("photo.jpg");
        let plain = jpeg(&DynamicImage::new_rgb8(60, 40), 90).unwrap();
        // An APP1 segment with EXIF, straight behind the start of the image.
        let mut hidden = plain[..2].to_vec();
        hidden.extend_from_slice(b"\xff\xe1\x00\x16Exif\0\0GPS secret!!");
        hidden.extend_from_slice(&plain[2..]);
        fs::write(&path, &hidden).unwrap();
        let (picture, media_type, thumbnail) = rewrite(&path, ImageFormat::Jpeg).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(media_type, "image/jpeg");
        assert!(!picture.windows(6).any(|w| w == b"secret") && !picture.windows(4).any(|w| w == b"Exif"));
        assert!(!thumbnail.windows(6).any(|w| w == b"secret"));
    }
}
