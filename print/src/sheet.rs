//! A document as it grows: pages, what is written on them, and what it means to whoever can't see it.

use crate::letters::{Letters, Line};
use krilla::{
    Document, SerializeSettings,
    configure::{Accessibility, ConfigurationBuilder},
    destination::XyzDestination,
    geom::{PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    paint::{Fill, Stroke},
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TagTree},
};

/// Why something can't be put on paper.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unprintable {
    /// Some letters are in no typeface that there is.
    #[error("no typeface has the letters {0}")]
    Lacking(String),
    /// An address is too long for a QR code.
    #[error("an address of {0} bytes is too long for a QR code")]
    Address(usize),
    /// A mistake of ours: the document would be no PDF/UA-1.
    #[error("the document is not as PDF/UA-1 wants it: {0}")]
    Document(String),
}

/// A day, as a document says when it was made.
pub(crate) type Day = (i32, u8, u8);

pub(crate) fn rgb(hex: u32) -> krilla::color::rgb::Color {
    let [_, red, green, blue] = hex.to_be_bytes();
    krilla::color::rgb::Color::new(red, green, blue)
}

pub(crate) fn fill(hex: u32) -> Fill {
    Fill { paint: rgb(hex).into(), ..Fill::default() }
}

pub(crate) fn stroke(hex: u32, width: f32) -> Stroke {
    Stroke { paint: rgb(hex).into(), width, opacity: NormalizedF32::ONE, ..Stroke::default() }
}

/// Begins a document.
pub(crate) fn document() -> Document {
    let configuration = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
    Document::new_with(SerializeSettings {
        configuration: configuration.expect("PDF/UA-1 alone, in the version that it takes"),
        enable_tagging: true,
        compress_content_streams: true,
        ..SerializeSettings::default()
    })
}

/// Ends a document: says what it is, in which order it is read, and of which day.
pub(crate) fn finish(
    mut document: Document,
    title: &str,
    author: &str,
    day: Day,
    tree: TagTree,
    contents: Vec<(String, usize)>,
) -> Result<Vec<u8>, Unprintable> {
    let (year, month, date) = day;
    let mut outline = Outline::new();
    for (text, page) in contents {
        outline.push_child(OutlineNode::new(text, XyzDestination::new(page, Point::from_xy(0.0, 0.0))));
    }
    document.set_outline(outline);
    document.set_metadata(
        Metadata::new()
            .title(title.to_owned())
            .authors(vec![author.to_owned()])
            .creator("Cairn".to_owned())
            .language("en-GB".to_owned())
            .creation_date(DateTime::new(u16::try_from(year).unwrap_or(2000)).month(month).day(date)),
    );
    document.set_tag_tree(tree.with_lang(Some("en-GB".to_owned())));
    document.finish().map_err(|error| Unprintable::Document(format!("{error:?}")))
}

/// Draws what only decorates.
pub(crate) fn decorate(surface: &mut Surface<'_>, draw: impl FnOnce(&mut Surface<'_>)) {
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)));
    draw(surface);
    surface.end_tagged();
}

/// Where a line stands, across.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Across {
    /// It begins there.
    From(f32),
    /// Its middle is there.
    Around(f32),
    /// It ends there.
    Until(f32),
}

/// Draws a line of text with its foot at `y`, and returns what stands for it in the tree.
pub(crate) fn write(surface: &mut Surface<'_>, line: &Line, size: f32, across: Across, y: f32, ink: u32) -> Identifier {
    let id = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
    draw(surface, line, size, across, y, ink);
    surface.end_tagged();
    id
}

/// What lines say, where the shapes in the order in which they are drawn would say it otherwise: from right to left, it would be read backwards, and the
/// last word of a line would run into the first of the next.
pub(crate) fn said(lines: &[Line]) -> Option<String> {
    let spoken = || {
        let mut words = String::new();
        for (at, line) in lines.iter().enumerate() {
            words.push_str(&line.text);
            if at + 1 < lines.len() && !line.goes_on {
                words.push(' ');
            }
        }
        words
    };
    (lines.len() > 1 || lines.iter().any(|line| line.turns)).then(spoken)
}

/// Draws a line of text within what is tagged already.
pub(crate) fn draw(surface: &mut Surface<'_>, line: &Line, size: f32, across: Across, y: f32, ink: u32) {
    let width = line.width * size;
    let mut x = match across {
        Across::From(x) => x,
        Across::Around(x) => x - width / 2.0,
        Across::Until(x) => x - width,
    };
    surface.set_stroke(None);
    surface.set_fill(Some(fill(ink)));
    for piece in &line.pieces {
        surface.draw_glyphs(Point::from_xy(x, y), &piece.glyphs, piece.font.clone(), &line.text, size, false);
        x += piece.width * size;
    }
}

/// Fills a rectangle, or draws its border.
pub(crate) fn rectangle(
    surface: &mut Surface<'_>,
    (x, y, width, height): (f32, f32, f32, f32),
    fill: Option<Fill>,
    stroke: Option<Stroke>,
) {
    let mut path = PathBuilder::new();
    if let Some(rect) = Rect::from_xywh(x, y, width, height) {
        path.push_rect(rect);
    }
    surface.set_fill(fill);
    surface.set_stroke(stroke);
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

/// That all of it can be set.
pub(crate) fn settable<'a>(letters: &Letters, texts: impl IntoIterator<Item = &'a str>) -> Result<(), Unprintable> {
    let mut lacking: Vec<String> = Vec::new();
    for letter in texts.into_iter().flat_map(|text| letters.lacking(text)) {
        if !lacking.contains(&letter) {
            lacking.push(letter);
        }
    }
    if lacking.is_empty() { Ok(()) } else { Err(Unprintable::Lacking(lacking.join(" "))) }
}

/// The greatest size, no more than `most`, at which a line is no wider than `width`.
pub(crate) fn fitted(line: &Line, most: f32, width: f32) -> f32 {
    if line.width * most <= width { most } else { width / line.width }
}
