//! Photos, written anew: what was hidden in them stays behind, and a small picture is made on the way.

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder, imageops::FilterType,
};
use std::{
    fs,
    io::{BufReader, Cursor},
    path::Path,
};

/// The edge of a small picture, in pixels.
const THUMBNAIL: u32 = 320;
/// The longest edge of a kept photo, in pixels.
const LONGEST_EDGE: u32 = 2400;

/// Decodes a photo, turns it upright, and writes it and a small picture anew: what was hidden in it stays behind.
pub fn rewrite(path: &Path, format: ImageFormat) -> image::ImageResult<(Vec<u8>, &'static str, Vec<u8>)> {
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
    use proptest::prelude::*;

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

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn however_a_photo_is_broken_it_is_decoded_or_not_taken(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
            cut in any::<prop::sample::Index>(),
            png in any::<bool>(),
        ) {
            let photo = DynamicImage::new_rgb8(23, 17);
            let mut bytes = Vec::new();
            let format = if png { ImageFormat::Png } else { ImageFormat::Jpeg };
            photo.write_to(&mut std::io::Cursor::new(&mut bytes), format).unwrap();
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes.truncate(1 + cut.index(bytes.len()));
            let path = std::env::temp_dir().join(format!("cairn-photo-{}", uuid::Uuid::new_v4()));
            fs::write(&path, &bytes).unwrap();
            let rewritten = rewrite(&path, format);
            fs::remove_file(&path).unwrap();
            if let Ok((picture, _, thumbnail)) = rewritten {
                prop_assert!(image::load_from_memory(&picture).is_ok() && image::load_from_memory(&thumbnail).is_ok());
            }
        }
    }
}
