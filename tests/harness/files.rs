//! Small files of every kind, made here: what is taken as evidence, and what is not. And the files that a house keeps.

use super::House;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::{
    fs,
    io::{Cursor, Write},
    path::{Path, PathBuf},
};
use zip::{ZipWriter, write::SimpleFileOptions};

/// What stands in places that a photo's owner doesn't see.
const HIDDEN: &[u8] = b"GPS secret 54.57N 3.16W";

/// A file of every kind that is taken (decisions 27): its name, its bytes, and the media type that it comes back with.
pub fn taken() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    let slides = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
    vec![
        ("photo.jpg", photo_with_place(), "image/jpeg"),
        ("photo.JPEG", picture(ImageFormat::Jpeg), "image/jpeg"),
        ("board.png", png_with_words(), "image/png"),
        ("board.webp", webp(), "image/jpeg"),
        ("plan.pdf", pdf(), "application/pdf"),
        ("plan.docx", office("word/document.xml"), word),
        ("slides.pptx", office("ppt/presentation.xml"), slides),
        ("notes.txt", "Łukasz a ofynnodd: pam?\r\n👩🏽‍🏫".into(), "text/plain"),
        ("memo.mp3", mp3(true), "audio/mpeg"),
        ("bare.mp3", mp3(false), "audio/mpeg"),
        ("memo.m4a", mp4(b"M4A "), "audio/mp4"),
        ("lesson.mp4", mp4(b"isom"), "video/mp4"),
        ("memo.ogg", ogg(), "audio/ogg"),
        ("memo.webm", matroska("webm"), "audio/webm"),
    ]
}

/// Files of kinds that are not taken, and of others that only say that they are of one that is.
pub fn not_taken() -> Vec<(&'static str, Vec<u8>)> {
    let html = b"<!doctype html><script>alert(1)</script>".to_vec();
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".to_vec();
    let photo = picture(ImageFormat::Jpeg);
    vec![
        ("drawing.svg", svg.clone()),
        ("drawing.png", svg),
        ("page.html", html.clone()),
        ("page.jpg", html.clone()),
        ("page.pdf", html.clone()),
        ("page.txt.html", html),
        ("photo.heic", mp4(b"heic")),
        ("photo.m4a", mp4(b"heic")),
        ("photo.mp4", mp4(b"mif1")),
        ("photo.avif", mp4(b"avif")),
        ("photo.gif", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec()),
        ("photo", photo.clone()),
        ("photo.png", photo.clone()),
        ("photo.exe", photo.clone()),
        // Cut off behind its head.
        ("photo.jpg", photo[..photo.len() / 4].to_vec()),
        ("huge.png", huge_png()),
        ("program.exe", b"MZ\x90\0\x03".to_vec()),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec()),
        ("plan.docx", b"PK\x03\x04and then nothing of a zip".to_vec()),
        ("slides.docx", office("ppt/presentation.xml")),
        ("archive.docx", office("other/file.xml")),
        ("bomb.docx", bomb()),
        ("archive.zip", office("word/document.xml")),
        ("wide.txt", "UTF-16".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("notes.txt", b"not \xff UTF-8".to_vec()),
        ("memo.mp3", b"\xff\xfeU\0T\0F\0".to_vec()),
        ("film.webm", matroska("matroska")),
        ("memo.wav", b"RIFF\x24\0\0\0WAVEfmt ".to_vec()),
    ]
}

/// A picture that is no single colour.
fn pixels(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, y| Rgb([x as u8, y as u8, 90])).into()
}

fn picture(format: ImageFormat) -> Vec<u8> {
    encoded(&pixels(64, 48), format)
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("a picture can be written");
    bytes.into_inner()
}

/// A picture in WebP.
pub fn webp() -> Vec<u8> {
    picture(ImageFormat::WebP)
}

/// A photo of 900 by 600 that says of itself where it was taken, and that the camera was held sideways.
pub fn photo_with_place() -> Vec<u8> {
    let plain = encoded(&pixels(900, 600), ImageFormat::Jpeg);
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()].concat()
    };
    // The main directory, at 8: turn by 90 degrees, and the place's directory at 38.
    tiff.extend([2, 0]);
    tiff.extend(entry(0x0112, 3, 1, 6));
    tiff.extend(entry(0x8825, 4, 1, 38));
    tiff.extend([0; 4]);
    // The place's directory, at 38: north or south, how far at 68, and some words at 92.
    tiff.extend([2, 0]);
    tiff.extend(entry(0x0001, 2, 2, u32::from_le_bytes(*b"N\0\0\0")));
    tiff.extend(entry(0x001b, 7, HIDDEN.len() as u32, 68));
    tiff.extend([0; 4]);
    tiff.extend(HIDDEN);
    let mut segment = b"Exif\0\0".to_vec();
    segment.extend(tiff);
    let mut photo = plain[..2].to_vec();
    photo.extend(b"\xff\xe1");
    photo.extend((segment.len() as u16 + 2).to_be_bytes());
    photo.extend(segment);
    photo.extend(&plain[2..]);
    photo
}

/// A picture in PNG with a chunk of words in it.
pub fn png_with_words() -> Vec<u8> {
    const HEAD: usize = 8 + 25;
    let plain = picture(ImageFormat::Png);
    let words = [b"Comment\0", HIDDEN].concat();
    [&plain[..HEAD], &chunk(b"tEXt", &words), &plain[HEAD..]].concat()
}

/// The head of a picture that would take four gigabytes when it is unpacked.
fn huge_png() -> Vec<u8> {
    let side = 32_768u32.to_be_bytes();
    let head = [&side[..], &side, &[8, 6, 0, 0, 0]].concat();
    [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &head), &chunk(b"IDAT", &[0x78, 0x9c]), &chunk(b"IEND", b"")].concat()
}

fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [&name[..], data].concat();
    [&(data.len() as u32).to_be_bytes()[..], &named, &crc(&named).to_be_bytes()].concat()
}

/// The check of a PNG chunk (ISO 3309).
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    };
    !bytes.iter().fold(u32::MAX, step)
}

fn pdf() -> Vec<u8> {
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n\
      trailer<</Root 1 0 R>>\n%%EOF\n"
        .to_vec()
}

/// A zip as Word and PowerPoint write them, with that file in it.
fn office(file: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [("[Content_Types].xml", "<Types/>"), ("_rels/.rels", "<Relationships/>"), (file, "<x/>")] {
        zip.start_file(name, SimpleFileOptions::default()).expect("a zip can be written");
        zip.write_all(text.as_bytes()).expect("a zip can be written");
    }
    zip.finish().expect("a zip can be written").into_inner()
}

/// A document that says that it unpacks to gigabytes.
fn bomb() -> Vec<u8> {
    let mut zip = office("word/document.xml");
    let entries: Vec<usize> =
        zip.windows(4).enumerate().filter(|(_, w)| w == b"PK\x01\x02").map(|(at, _)| at).collect();
    for at in entries {
        // The size that is unpacked, in the list of contents; the largest that is no sign of a larger form.
        zip[at + 24..at + 28].copy_from_slice(&(u32::MAX - 1).to_le_bytes());
    }
    zip
}

/// A photo that is a page as well, to whoever reads it as one.
pub fn polyglot() -> Vec<u8> {
    [&picture(ImageFormat::Jpeg)[..], b"<!doctype html><script>alert('GPS secret')</script>PK\x03\x04"].concat()
}

/// A frame of silence, with a tag before it or without.
fn mp3(tagged: bool) -> Vec<u8> {
    let tag: &[u8] = if tagged { b"ID3\x04\0\0\0\0\0\0" } else { b"" };
    let mut frame = b"\xff\xfb\x90\x64".to_vec();
    frame.resize(417, 0);
    [tag, &frame].concat()
}

/// Boxes of the container that sound, film and the photos of phones share.
fn mp4(brand: &[u8; 4]) -> Vec<u8> {
    [&b"\0\0\0\x14ftyp"[..], brand, b"\0\0\x02\0isom", b"\0\0\0\x08free", b"\0\0\0\x0cmdat\0\0\0\0"].concat()
}

fn ogg() -> Vec<u8> {
    let head = b"OpusHead\x01\x01\0\0\x80\xbb\0\0\0\0\0";
    [&b"OggS\0\x02"[..], &[0; 8], b"\x01\0\0\0", &[0; 4], &[0; 4], &[1, head.len() as u8], head].concat()
}

/// The head of a Matroska file of that kind.
fn matroska(kind: &str) -> Vec<u8> {
    let kind = [&[0x42, 0x82, 0x80 | kind.len() as u8][..], kind.as_bytes()].concat();
    [&[0x1a, 0x45, 0xdf, 0xa3, 0x80 | kind.len() as u8][..], &kind].concat()
}

impl House {
    /// The files that are in their places in the store.
    pub fn stored(&self) -> Vec<PathBuf> {
        let (all, incoming) = (below(&self.state.config.data.join("files")), self.incoming());
        all.into_iter().filter(|file| !incoming.contains(file)).collect()
    }

    /// The files that are being received, or were left behind.
    pub fn incoming(&self) -> Vec<PathBuf> {
        incoming(&self.state.config.data)
    }
}

/// The files that are being received in a folder of data, or were left behind.
pub fn incoming(data: &Path) -> Vec<PathBuf> {
    below(&data.join("files").join("incoming"))
}

/// The files that lie below a folder, but for locks.
fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let found = entries.flat_map(|entry| match entry.path() {
        path if path.is_dir() => below(&path),
        path => vec![path],
    });
    found.filter(|path| !path.ends_with("lock")).collect()
}
