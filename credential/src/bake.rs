//! A credential inside the badge's picture (Open Badges 3.0, section 5.3): a text chunk of a PNG, or an element of an SVG.

/// What a text chunk with a credential is called (section 5.3.1.1).
const KEYWORD: &[u8] = b"openbadgecredential";
/// How every PNG begins (PNG, third edition, section 5.2).
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The name space of the element (section 5.3.2.1).
const NAME_SPACE: &str = "xmlns:openbadges=\"https://purl.imsglobal.org/ob/v3p0\"";

/// The PNG with that credential in it, and no other: a JSON or a token.
///
/// # Errors
/// `None` if it is no whole PNG.
pub fn png(picture: &[u8], credential: &str) -> Option<Vec<u8>> {
    let mut baked = SIGNATURE.to_vec();
    for (at, chunk) in chunks(picture)?.into_iter().enumerate() {
        if credential_in(chunk).is_none() {
            baked.extend(whole(chunk));
        }
        // Right behind the header, which is always first.
        if at == 0 {
            // Compression flag and method, language and translated keyword: none of each.
            let text = [KEYWORD, &[0, 0, 0, 0, 0], credential.as_bytes()].concat();
            baked.extend(whole(Chunk { kind: b"iTXt", content: &text }));
        }
    }
    Some(baked)
}

/// The credential in a PNG.
///
/// # Errors
/// `None` if it is no whole PNG, or holds none, or more than one.
pub fn in_png(picture: &[u8]) -> Option<String> {
    let chunks = chunks(picture)?;
    let mut found = chunks.into_iter().filter_map(credential_in);
    let text = found.next()?;
    found.next().is_none().then_some(text).flatten()
}

/// Whether something begins as a PNG does.
pub fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(SIGNATURE)
}

/// A part of a PNG.
#[derive(Clone, Copy)]
struct Chunk<'a> {
    kind: &'a [u8],
    content: &'a [u8],
}

/// All parts of a PNG, if each is whole and the header is first.
fn chunks(picture: &[u8]) -> Option<Vec<Chunk<'_>>> {
    let mut rest = picture.strip_prefix(SIGNATURE)?;
    let mut found = Vec::new();
    while !rest.is_empty() {
        let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?) as usize;
        let (kind, content) = (rest.get(4..8)?, rest.get(8..)?.get(..length)?);
        let sum = rest.get(8 + length..)?.get(..4)?;
        let chunk = Chunk { kind, content };
        (sum == check_sum(chunk).to_be_bytes()).then_some(())?;
        found.push(chunk);
        rest = &rest[12 + length..];
    }
    (found.first()?.kind == b"IHDR").then_some(found)
}

fn whole(chunk: Chunk<'_>) -> Vec<u8> {
    let length = u32::try_from(chunk.content.len()).expect("a credential is far below 4 GB");
    [&length.to_be_bytes()[..], chunk.kind, chunk.content, &check_sum(chunk).to_be_bytes()].concat()
}

fn check_sum(chunk: Chunk<'_>) -> u32 {
    let mut sum = flate2::Crc::new();
    sum.update(chunk.kind);
    sum.update(chunk.content);
    sum.sum()
}

/// `None` if this is no text with a credential; `Some(None)` if it is one that can't be read.
fn credential_in(chunk: Chunk<'_>) -> Option<Option<String>> {
    let rest = chunk.content.strip_prefix(KEYWORD)?.strip_prefix(&[0])?;
    (chunk.kind == b"iTXt").then_some(())?;
    let plain = || {
        // Not compressed; whatever language and translated keyword say is passed over.
        let rest = rest.strip_prefix(&[0, 0])?;
        let mut parts = rest.splitn(3, |byte| *byte == 0).skip(2);
        String::from_utf8(parts.next()?.to_vec()).ok()
    };
    Some(plain())
}

/// An SVG with that credential in it, and no other: a JSON, or a token.
///
/// # Errors
/// `None` if it is no SVG.
pub fn svg(picture: &str, credential: &str) -> Option<String> {
    let picture = without_credential(picture);
    let root = picture.find("<svg")?;
    let end = root + picture[root..].find('>')?;
    // `]]>` ends a CDATA section, so it is written as two.
    let element = if credential.starts_with('{') {
        format!(
            "<openbadges:credential><![CDATA[{}]]></openbadges:credential>",
            credential.replace("]]>", "]]]]><![CDATA[>")
        )
    } else {
        format!("<openbadges:credential verify=\"{credential}\"/>")
    };
    let name_space = if picture[root..end].contains(NAME_SPACE) { String::new() } else { format!(" {NAME_SPACE}") };
    let (before, after) = picture.split_at(root + "<svg".len());
    let (attributes, after) = after.split_at(end - root - "<svg".len() + 1);
    Some(format!("{before}{name_space}{attributes}{element}{after}"))
}

fn without_credential(picture: &str) -> String {
    match (picture.find("<openbadges:credential"), picture.find("</openbadges:credential>")) {
        (Some(begin), Some(end)) => {
            format!("{}{}", &picture[..begin], &picture[end + "</openbadges:credential>".len()..])
        }
        (Some(begin), None) => match picture[begin..].find("/>") {
            Some(end) => format!("{}{}", &picture[..begin], &picture[begin + end + "/>".len()..]),
            None => picture.to_owned(),
        },
        _ => picture.to_owned(),
    }
}

/// The credential in an SVG. What the rest of the picture is does not matter: a credential says itself whose it is.
///
/// # Errors
/// `None` if it holds none, or more than one.
pub fn in_svg(picture: &str) -> Option<String> {
    let (_, rest) = picture.split_once("<openbadges:credential")?;
    let (attributes, rest) = rest.split_once('>')?;
    (!rest.contains("<openbadges:credential")).then_some(())?;
    if let Some((_, token)) = attributes.split_once("verify=\"") {
        return Some(token.split_once('"')?.0.to_owned());
    }
    let (content, _) = rest.split_once("</openbadges:credential>")?;
    let content = content.trim().strip_prefix("<![CDATA[")?.strip_suffix("]]>")?;
    Some(content.replace("]]]]><![CDATA[>", "]]>"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn what_is_baked_is_found_once_and_the_picture_stays() {
        let picture = sample::png();
        let baked = png(&picture, "a.b.c").unwrap();
        assert_eq!(in_png(&baked).as_deref(), Some("a.b.c"));
        let again = png(&baked, "{\"other\": \"ß\"}").unwrap();
        assert_eq!(in_png(&again).as_deref(), Some("{\"other\": \"ß\"}"));
        let kinds = |bytes: &[u8]| chunks(bytes).unwrap().iter().map(|c| c.kind.to_vec()).collect::<Vec<_>>();
        assert_eq!(kinds(&again), [&b"IHDR"[..], b"iTXt", b"IDAT", b"IEND"]);
        assert_eq!(in_png(&picture), None);
    }

    #[test]
    fn a_picture_with_two_credentials_holds_none() {
        let text = |credential: &[u8]| [KEYWORD, &[0, 0, 0, 0, 0], credential].concat();
        let (one, two) = (text(b"a.b.c"), text(b"d.e.f"));
        let baked = sample::png();
        let header = SIGNATURE.len() + 25;
        let both = [&baked[..header], &whole(Chunk { kind: b"iTXt", content: &one }), &baked[header..]].concat();
        assert!(in_png(&both).is_some());
        let both = [&both[..header], &whole(Chunk { kind: b"iTXt", content: &two }), &both[header..]].concat();
        assert_eq!(in_png(&both), None);
    }

    #[test]
    fn half_a_picture_holds_none_and_nothing_breaks() {
        let baked = png(&sample::png(), "a.b.c").unwrap();
        for length in 0..baked.len() {
            let half = &baked[..length];
            assert!(in_png(half).is_none_or(|text| text == "a.b.c"), "{length}");
        }
        assert_eq!(png(b"GIF89a", "a.b.c"), None);
    }

    #[test]
    fn an_svg_takes_either_form_and_holds_one() {
        let picture = "<svg viewBox=\"0 0 1 1\"><path d=\"M0 0\"/></svg>";
        let token = svg(picture, "a.b.c").unwrap();
        assert!(token.starts_with("<svg xmlns:openbadges=\"https://purl.imsglobal.org/ob/v3p0\" viewBox"), "{token}");
        assert_eq!(in_svg(&token).as_deref(), Some("a.b.c"));
        let json = svg(&token, "{\"a\":\"]]>\"}").unwrap();
        assert_eq!(in_svg(&json).as_deref(), Some("{\"a\":\"]]>\"}"));
        assert_eq!(json.matches("xmlns:openbadges").count(), 1);
        assert_eq!(in_svg(&svg(&json, "d.e.f").unwrap()).as_deref(), Some("d.e.f"));
        assert_eq!(in_svg(picture), None);
    }
}
