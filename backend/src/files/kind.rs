//! What a file is, by what is in it. Its name has to agree; what a sender says of it counts for nothing.

use super::office::office;
use image::ImageFormat;
use std::io::{self, Read, Seek};

/// A kind of file that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A photo that is decoded and written anew, which removes hidden data.
    Picture(ImageFormat),
    /// Anything else, kept as it is, under that media type.
    Other(&'static str),
}

/// What a file is, by its first bytes and its name's ending, which have to agree.
pub fn kind_of(file: &mut (impl Read + Seek), name: &str) -> io::Result<Option<Kind>> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

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

    proptest! {
        #[test]
        fn whatever_is_sent_is_judged(
            start in prop::sample::select(vec![
                &b"\xff\xd8\xff"[..], b"\x89PNG\r\n\x1a\n", b"RIFF....WEBP", b"%PDF-", b"PK\x03\x04", b"ID3", b"....ftyp", b"OggS",
                b"\x1a\x45\xdf\xa3", b"",
            ]),
            rest in prop::collection::vec(any::<u8>(), 0..600),
            name in prop::sample::select(vec!["a.jpg", "a.png", "a.webp", "a.pdf", "a.docx", "a.pptx", "a.mp3", "a.m4a", "a.ogg", "a.webm", "a.txt"]),
        ) {
            let bytes = [start, &rest].concat();
            let found = kind(&bytes, name);
            // Pages and drawings are never taken, whatever they are called.
            let page = [b"<html><script>alert(1)</script>", &bytes[..]].concat();
            prop_assert!(kind(&page, name).is_none() || name == "a.txt");
            prop_assert!(found.is_none() || kind(&bytes, "a.svg").is_none());
        }
    }
}
