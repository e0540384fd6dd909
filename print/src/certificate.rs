//! The certificate: one page of A4, across. It is what the web app shows as a page, so that whoever prints the one or the other
//! holds the same in their hands; lengths are in hundredths of the page's width, as they are there.

use crate::{
    letters::{Letters, Line, Style},
    picture::{Picture, qr},
    sheet::{
        Across, Day, Unprintable, decorate, document, draw, finish, fitted, rectangle, said, settable, stroke, write,
    },
};
use krilla::{
    action::{Action, LinkAction},
    annotation::{Annotation, LinkAnnotation, Target},
    geom::{PathBuilder, Rect, Transform},
    graphic::Graphic,
    mask::{Mask, MaskType},
    num::NormalizedF32,
    page::{Page, PageSettings},
    paint::{Fill, RadialGradient, SpreadMethod, Stop},
    surface::Surface,
    tagging::{ContentTag, Node, Tag, TagGroup, TagTree},
};
use std::{
    collections::{HashMap, hash_map::Entry},
    num::NonZeroU16,
};

/// A4 across, in points.
const WIDTH: f32 = 841.89;
const HEIGHT: f32 = 595.276;
/// A hundredth of the width.
const C: f32 = WIDTH / 100.0;

const FELL: u32 = 0x24_523b;
const INK: u32 = 0x1f_2a30;
const PAPER: u32 = 0xfd_fdfa;
const EDGE: u32 = 0x76_837b;

/// From the edge to the frame, its line, and from there to the text: at the top, the sides and the bottom.
const FRAME: f32 = 2.6;
const FRAME_LINE: f32 = 0.24;
const TOP: f32 = FRAME + FRAME_LINE + 3.4;
const SIDE: f32 = FRAME + FRAME_LINE + 5.5;
const BOTTOM: f32 = 100.0 * HEIGHT / WIDTH - FRAME - FRAME_LINE - 3.0;
const BREADTH: f32 = 100.0 - 2.0 * SIDE;

/// The height of a line of text, in units of its size.
const LEADING: f32 = 1.38;
const TEXT: f32 = 2.05;
const SMALL: f32 = 1.45;
const NAME: f32 = 7.2;
/// A name that would be smaller than that on one line gets two.
const LEAST_NAME: f32 = 4.2;

/// What is on the badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Medal<'a> {
    /// The drawing: SVG, one of ours.
    pub svg: &'a str,
    /// What it shows, in words.
    pub alt: &'a str,
}

/// What stands on a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate<'a> {
    /// The partnership that awards.
    pub partnership: &'a str,
    /// Whose it is.
    pub holder: &'a str,
    /// The school that the holder was at.
    pub school: Option<&'a str>,
    /// What is awarded, such as “Qualified mentor status”.
    pub heading: &'a str,
    /// What for: a sentence that goes on after the heading.
    pub shown: &'a str,
    /// Who signs.
    pub signed_by: Option<&'a str>,
    /// As what.
    pub signed_as: &'a str,
    /// The day, in words, and as a year, a month and a day of the month.
    pub on: &'a str,
    /// The same day.
    pub day: (i32, u8, u8),
    /// The number in the register.
    pub number: &'a str,
    /// The short code.
    pub code: &'a str,
    /// Where the code is typed, as it is printed.
    pub check_at: &'a str,
    /// Where the QR code leads.
    pub verify_url: &'a str,
    /// The badge.
    pub medal: Medal<'a>,
}

impl Certificate<'_> {
    /// The letters on it that can't be set.
    pub fn lacking(&self, letters: &Letters) -> Vec<String> {
        // Together, because to open the typefaces is most of the work.
        letters.lacking(&self.texts().collect::<Vec<_>>().join(" "))
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let always = [
            self.partnership,
            self.holder,
            self.heading,
            self.shown,
            self.signed_as,
            self.on,
            self.number,
            self.code,
            self.check_at,
            self.medal.alt,
        ];
        always.into_iter().chain(self.school).chain(self.signed_by)
    }
}

/// Certificates as one document, a page each, in the order given. The same certificates make the same bytes. `each` is told after each page
/// how many there are by then.
///
/// # Errors
/// [`Unprintable::Lacking`] before anything is drawn, if a letter is in no typeface.
pub fn certificates(
    letters: &Letters,
    pages: &[Certificate<'_>],
    mut each: impl FnMut(usize),
) -> Result<Vec<u8>, Unprintable> {
    settable(letters, pages.iter().flat_map(Certificate::texts))?;
    let mut art = Art::default();
    let mut document = document();
    let mut tree = TagTree::new();
    let mut contents = Vec::new();
    for (at, certificate) in pages.iter().enumerate() {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).expect("A4");
        let mut page = document.start_page_with(settings);
        tree.push(one(&mut page, letters, certificate, &mut art)?);
        page.finish();
        contents.push((format!("{}, {}", certificate.holder, certificate.heading), at));
        each(at + 1);
    }
    let day: Day = pages.iter().map(|page| page.day).max().unwrap_or((2000, 1, 1));
    let author = pages.first().map_or("", |page| page.partnership);
    let title = match pages {
        [only] => format!("Certificate: {}, {}", only.heading, only.holder),
        many => format!("{} certificates", many.len()),
    };
    finish(document, &title, author, day, tree, contents)
}

/// What is drawn on every page, and so is in the document once.
#[derive(Default)]
struct Art {
    background: Option<Graphic>,
    logo: Option<Graphic>,
    medals: HashMap<String, Graphic>,
}

fn drawn(surface: &mut Surface<'_>, draw: impl FnOnce(&mut Surface<'_>)) -> Graphic {
    let mut builder = surface.stream_builder();
    let mut on = builder.surface();
    draw(&mut on);
    on.finish();
    Graphic::new(builder.finish(), false)
}

/// Puts a drawing that is 100 units wide at a place, that wide.
fn place(surface: &mut Surface<'_>, graphic: &Graphic, (x, y): (f32, f32), width: f32) {
    surface.push_transform(&Transform::from_row(width / 100.0, 0.0, 0.0, width / 100.0, x, y));
    surface.draw_graphic(graphic.clone());
    surface.pop();
}

/// Some lines of one kind, one below the other.
struct Block {
    lines: Vec<Line>,
    size: f32,
    leading: f32,
    ink: u32,
    /// What stands above it: a length.
    above: f32,
    /// Whether a share of the free height goes above it.
    floats: bool,
    heading: bool,
}

impl Block {
    fn text(lines: Vec<Line>, size: f32, above: f32) -> Self {
        Self { lines, size, leading: LEADING, ink: INK, above, floats: false, heading: false }
    }

    fn height(&self) -> f32 {
        self.lines.len() as f32 * self.size * self.leading
    }
}

/// The name: as large as it fits on one line, or on two.
fn name(letters: &Letters, holder: &str) -> Block {
    let line = letters.line(holder, Style::SemiBold);
    let size = fitted(&line, NAME, BREADTH);
    let (lines, size) = if size >= LEAST_NAME {
        (vec![line], size)
    } else {
        let halves = in_two(letters, holder);
        let size = halves.iter().map(|half| fitted(half, LEAST_NAME, BREADTH)).fold(LEAST_NAME, f32::min);
        (halves, size)
    };
    Block { leading: 1.05, ..Block::text(lines, size, 0.0) }
}

/// A name in two lines that are as alike in width as they can be.
fn in_two(letters: &Letters, name: &str) -> Vec<Line> {
    let gaps = name.match_indices([' ', '-']).map(|(at, sign)| (at, at + sign.len()));
    let halves = gaps.map(|(at, behind)| {
        let first = if name[at..].starts_with('-') { &name[..behind] } else { &name[..at] };
        let goes_on = first.len() == behind;
        [Line { goes_on, ..letters.line(first, Style::SemiBold) }, letters.line(&name[behind..], Style::SemiBold)]
    });
    let widest = |halves: &[Line; 2]| halves[0].width.max(halves[1].width);
    halves
        .min_by(|one, other| widest(one).total_cmp(&widest(other)))
        .map_or_else(|| vec![letters.line(name, Style::SemiBold)], Vec::from)
}

fn one(
    page: &mut Page<'_>,
    letters: &Letters,
    certificate: &Certificate<'_>,
    art: &mut Art,
) -> Result<TagGroup, Unprintable> {
    let mut section = TagGroup::new(Tag::Section);
    let mut surface = page.surface();
    let Art { background: behind, logo, medals } = art;
    let behind = behind.get_or_insert_with(|| drawn(&mut surface, background));
    decorate(&mut surface, |surface| surface.draw_graphic(behind.clone()));
    let sign = || Picture::new(include_str!("../assets/logo.svg"));
    let logo = logo.get_or_insert_with(|| drawn(&mut surface, |on| sign().draw(on, (0.0, 0.0), 100.0)));
    let Medal { svg, .. } = certificate.medal;
    let medal = match medals.entry(svg.to_owned()) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(new) => new.insert(drawn(&mut surface, |on| Picture::new(svg).draw(on, (0.0, 0.0), 100.0))),
    };

    let awarded = match certificate.school {
        Some(school) => format!("of {school} has been awarded"),
        None => "has been awarded".to_owned(),
    };
    let by = letters.line(certificate.partnership, Style::SemiBold);
    let by_size = fitted(&by, 1.9, BREADTH - 4.0);
    let heading = letters.line(certificate.heading, Style::SemiBold);
    let heading_size = fitted(&heading, 4.3, BREADTH);
    let blocks = [
        Block { above: 0.0, ..Block::text(vec![by], by_size, 0.0) },
        Block { floats: true, ..Block::text(vec![letters.line("This is to certify that", Style::Regular)], TEXT, 0.0) },
        name(letters, certificate.holder),
        Block::text(letters.lines(&awarded, Style::Regular, BREADTH / TEXT), TEXT, 1.1),
        Block { ink: FELL, leading: 1.1, heading: true, ..Block::text(vec![heading], heading_size, 0.9) },
        Block::text(letters.lines(certificate.shown, Style::Regular, 66.0 / TEXT), TEXT, 1.8),
    ];
    const FOOT: f32 = 16.5;
    let taken: f32 = blocks.iter().map(|block| block.above + block.height()).sum::<f32>() + FOOT;
    // Two places share what is left: above the first words, and above the foot.
    let free = ((BOTTOM - TOP - taken) / 2.0).max(0.0);

    let mut y = TOP;
    for (at, block) in blocks.iter().enumerate() {
        y += block.above + if block.floats { free } else { 0.0 };
        let mut paragraph = if block.heading {
            TagGroup::new(Tag::Hn(NonZeroU16::MIN, Some(certificate.heading.to_owned())))
        } else {
            TagGroup::new(Tag::P.with_actual_text(said(&block.lines)))
        };
        for line in &block.lines {
            let mut middle = 50.0 * C;
            if at == 0 {
                // The sign stands before the partnership's name, and both are in the middle.
                let (sign, gap) = (2.6, 0.6);
                let left = 50.0 - (sign + gap + line.width * block.size) / 2.0;
                let top = y + (block.size * LEADING - sign) / 2.0;
                decorate(&mut surface, |surface| place(surface, logo, (left * C, top * C), sign * C));
                middle += (sign + gap) / 2.0 * C;
            }
            let foot = y + block.size * (block.leading / 2.0 + 0.31);
            paragraph.push(write(&mut surface, line, block.size * C, Across::Around(middle), foot * C, block.ink));
            y += block.size * block.leading;
        }
        section.push(paragraph);
    }
    let (link, check) = foot(&mut surface, letters, certificate, medal, &mut section)?;
    surface.finish();

    let to = Target::Action(Action::Link(LinkAction::new(certificate.verify_url.to_owned())));
    let annotation = Annotation::new_link(LinkAnnotation::new(link, to), Some("Check this award".to_owned()));
    let annotation = page.add_tagged_annotation(annotation);
    let mut linked = TagGroup::new(Tag::Link);
    linked.push(Node::Group(check));
    linked.push(annotation);
    section.push(linked);
    Ok(section)
}

/// Paper, contours that fade towards the middle, and a double frame.
fn background(surface: &mut Surface<'_>) {
    rectangle(surface, (0.0, 0.0, WIDTH, HEIGHT), Some(crate::sheet::fill(PAPER)), None);
    let mut builder = surface.stream_builder();
    let mut drawn = builder.surface();
    let grey = |part: f32, at: f32| Stop {
        offset: NormalizedF32::new(at).unwrap_or(NormalizedF32::ZERO),
        color: krilla::color::rgb::Color::new((255.0 * part) as u8, (255.0 * part) as u8, (255.0 * part) as u8).into(),
        opacity: NormalizedF32::ONE,
    };
    // An ellipse that reaches the nearest edges: nothing up to 55 %, all from there on.
    let gradient = RadialGradient {
        fx: 0.0,
        fy: 0.0,
        fr: 0.0,
        cx: 0.0,
        cy: 0.0,
        cr: 1.0,
        transform: Transform::from_row(WIDTH / 2.0, 0.0, 0.0, HEIGHT / 2.0, WIDTH / 2.0, HEIGHT / 2.0),
        spread_method: SpreadMethod::Pad,
        stops: vec![grey(0.0, 0.0), grey(0.0, 0.55), grey(0.9, 1.0)],
        anti_alias: false,
    };
    let mut all = PathBuilder::new();
    if let Some(rect) = Rect::from_xywh(0.0, 0.0, WIDTH, HEIGHT) {
        all.push_rect(rect);
    }
    drawn.set_fill(Some(Fill { paint: gradient.into(), ..Fill::default() }));
    if let Some(all) = all.finish() {
        drawn.draw_path(&all);
    }
    drawn.finish();
    let mask = Mask::new(builder.finish(), MaskType::Luminosity);
    surface.push_mask(mask);
    Picture::new(include_str!("../assets/contours.svg")).draw(surface, (0.0, 0.0), WIDTH);
    surface.pop();
    let frame = |inset: f32| (inset * C, inset * C, WIDTH - 2.0 * inset * C, HEIGHT - 2.0 * inset * C);
    rectangle(surface, frame(FRAME + FRAME_LINE / 2.0), None, Some(stroke(FELL, FRAME_LINE * C)));
    rectangle(surface, frame(FRAME - 0.55), None, Some(stroke(FELL, 0.1 * C)));
}

/// The foot: who signed, the badge, and how to check it. Returns where the QR code is, and what stands for the check in the tree.
fn foot(
    surface: &mut Surface<'_>,
    letters: &Letters,
    certificate: &Certificate<'_>,
    medal: &Graphic,
    section: &mut TagGroup,
) -> Result<(Rect, TagGroup), Unprintable> {
    let small = SMALL * LEADING;
    let foot = |line_from_below: f32| (BOTTOM - line_from_below * small - SMALL * (LEADING / 2.0 - 0.31)) * C;
    // A third of what is left beside the badge and the two gaps.
    let column = (BREADTH - 16.5 - 8.0) / 2.0;

    let number = format!("No. {}", certificate.number);
    let role = letters.line(certificate.signed_as, Style::Regular);
    let under = [role, letters.line(certificate.on, Style::Regular), letters.line(&number, Style::Regular)];
    let top = BOTTOM - 3.0 * small - 0.4;
    decorate(surface, |surface| {
        rectangle(surface, (SIDE * C, (top - 0.1) * C, column * C, 0.1 * C), Some(crate::sheet::fill(EDGE)), None);
    });
    if let Some(by) = certificate.signed_by {
        let hand = letters.line(by, Style::Italic);
        let size = fitted(&hand, 2.6, column);
        let mut paragraph = TagGroup::new(Tag::P.with_actual_text(said(std::slice::from_ref(&hand))));
        paragraph.push(write(
            surface,
            &hand,
            size * C,
            Across::From(SIDE * C),
            (top - 0.1 - 0.5 - size * 0.19) * C,
            INK,
        ));
        section.push(paragraph);
    }
    for (at, line) in under.iter().enumerate() {
        let size = fitted(line, SMALL, column);
        let mut paragraph = TagGroup::new(Tag::P.with_actual_text(said(std::slice::from_ref(line))));
        paragraph.push(write(surface, line, size * C, Across::From(SIDE * C), foot(2.0 - at as f32), INK));
        section.push(paragraph);
    }

    let badge = surface.start_tagged(ContentTag::Other);
    place(surface, medal, ((50.0 - 8.25) * C, (BOTTOM - 16.5) * C), 16.5 * C);
    surface.end_tagged();
    let mut figure = TagGroup::new(Tag::Figure(Some(certificate.medal.alt.to_owned())));
    figure.push(badge);
    section.push(figure);

    let (size, gap) = (9.6, 1.0);
    let right = 100.0 - SIDE;
    let edge = Across::Until((right - size - gap) * C);
    let beside = column - size - gap;
    let rows = [
        ("Check this award at", Style::Regular),
        (certificate.check_at, Style::Regular),
        (certificate.code, Style::SemiBold),
    ];
    let mut paragraph = TagGroup::new(Tag::P);
    for (at, (text, style)) in rows.into_iter().enumerate() {
        let line = letters.line(text, style);
        let fit = fitted(&line, SMALL, beside);
        // A space between the lines, for whoever hears them.
        let spoken = format!("{text} ");
        let id =
            surface.start_tagged(ContentTag::Span(krilla::tagging::SpanTag::empty().with_actual_text(Some(&spoken))));
        draw(surface, &line, fit * C, edge, foot(2.0 - at as f32), INK);
        surface.end_tagged();
        paragraph.push(id);
    }
    section.push(paragraph);

    let (left, top) = ((right - size) * C, (BOTTOM - size) * C);
    let code = surface.start_tagged(ContentTag::Other);
    qr(surface, certificate.verify_url, (left, top), size * C)?;
    surface.end_tagged();
    let alt = "QR code that leads to the check of this award".to_owned();
    let mut check = TagGroup::new(Tag::Figure(Some(alt)));
    check.push(code);
    let square = Rect::from_xywh(left, top, size * C, size * C).expect("a square");
    Ok((square, check))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SVG: &str = include_str!("../../frontend/assets/art/badge-qms.svg");

    fn priya() -> Certificate<'static> {
        Certificate {
            partnership: "University of Northfell Teacher Education Partnership",
            holder: "Priya Hartnell",
            school: Some("Thornbeck Primary School"),
            heading: "Qualified mentor status",
            shown: "having shown, in a portfolio of reflection and evidence, the four mentor standards: personal qualities; teaching; \
                    professionalism; self-development and working in partnership.",
            signed_by: Some("Anwen Sorley"),
            signed_as: "Chair, portfolio review panel",
            on: "11 March 2027",
            day: (2027, 3, 11),
            number: "QMS-2027-0001",
            code: "QM27-8H3T-K4W3",
            check_at: "cairn.example/verify",
            verify_url: "https://cairn.example/v/AAAAAAAAAAAAAAAAAAAAAA",
            medal: Medal { svg: SVG, alt: "Qualified mentor status badge" },
        }
    }

    fn printed(certificate: Certificate<'_>) -> Result<Vec<u8>, Unprintable> {
        certificates(&Letters::ours(), &[certificate], |_| {})
    }

    /// The pages, for whoever wants to look at them: `CAIRN_LOOK` names a folder.
    fn look(name: &str, pdf: &[u8]) {
        if let Some(folder) = std::env::var_os("CAIRN_LOOK") {
            std::fs::write(std::path::Path::new(&folder).join(name), pdf).unwrap();
        }
    }

    #[test]
    fn the_same_facts_make_the_same_bytes() {
        let (one, two) = (printed(priya()).unwrap(), printed(priya()).unwrap());
        assert!(one == two);
        assert!(one.starts_with(b"%PDF-1.7"));
        look("priya.pdf", &one);
        let other = printed(Certificate { number: "QMS-2027-0002", ..priya() }).unwrap();
        assert!(one != other);
    }

    #[test]
    fn it_is_no_larger_than_a_letter_with_a_picture() {
        let size = printed(priya()).unwrap().len();
        assert!(size < 120_000, "{size}");
    }

    #[test]
    fn names_of_all_scripts_and_lengths_are_set() {
        let long = "Maximiliana-Konstantina Żółkiewska-Brzęczyszczykiewicz Papadopoulou of the Western Dales";
        let names = [
            "محمد عبد الرحمن الشريف",
            "Łucja Brzęczyszczykiewicz",
            "Siân Llŷr ap Gŵyn",
            "Людмила Щербакова",
            "Ελένη Παπαδοπούλου",
            long,
            "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren",
        ];
        for (at, holder) in names.into_iter().enumerate() {
            let school = Some(
                "The Blessed Marguerite of the Long Valley Voluntary Aided Church of England and Methodist Primary School and Nursery",
            );
            let pdf = printed(Certificate { holder, school: school.filter(|_| holder == long), ..priya() });
            look(&format!("name-{at}.pdf"), &pdf.unwrap_or_else(|error| panic!("{holder}: {error}")));
        }
    }

    #[test]
    fn a_long_name_is_fitted() {
        let letters = Letters::ours();
        for holder in [
            "Priya Hartnell",
            &"Anna ".repeat(32),
            &"W".repeat(80),
            "Wilhelmina Featherstonehaugh-Cholmondeley",
            &"Ab-".repeat(26),
        ] {
            let block = name(&letters, holder);
            assert!(block.lines.len() <= 2 && block.size <= NAME, "{holder}");
            assert!(block.lines.iter().all(|line| line.width * block.size <= BREADTH + 0.001), "{holder}");
            let again: String =
                block.lines.iter().flat_map(|line| line.text.chars()).filter(|c| !c.is_whitespace()).collect();
            assert_eq!(again, holder.replace(' ', ""), "nothing of it is lost");
        }
    }

    #[test]
    fn letters_that_no_typeface_has_are_said_before_anything_is_drawn() {
        let lacking = printed(Certificate { holder: "王 小明", ..priya() });
        assert_eq!(lacking, Err(Unprintable::Lacking("王 小 明".to_owned())));
    }

    #[test]
    fn a_round_is_one_document_with_a_page_each() {
        let letters = Letters::ours();
        let pages: Vec<_> = (0..20).map(|_| priya()).collect();
        let mut told = Vec::new();
        let pdf = certificates(&letters, &pages, |made| told.push(made)).unwrap();
        assert_eq!(told, (1..=20).collect::<Vec<_>>());
        // Typefaces and pictures are in it once.
        assert!(pdf.len() < 20 * printed(priya()).unwrap().len() / 2, "{}", pdf.len());
    }
}
