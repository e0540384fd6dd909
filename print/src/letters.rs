//! Which letters there are, and how a line of them is set.
//!
//! Latin, Greek and Cyrillic come from Alegreya, Arabic from Amiri; whoever needs more gives typefaces of their own.
//! A line is cut into pieces of one direction (Unicode Standard Annex #9), one script (UAX #24) and one typeface, each piece is
//! shaped, and the pieces are put in the order in which they are seen.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, Face, Feature, UnicodeBuffer, ttf_parser::Tag};
use std::{
    fmt,
    ops::Range,
    sync::{Arc, LazyLock},
};
use unicode_bidi::{BidiInfo, Level};
use unicode_script::{Script, UnicodeScript};

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Regular,
    Italic,
    SemiBold,
}

/// A file that was given as a typeface and is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is no TrueType or OpenType typeface")]
pub struct NoTypeface;

/// What a file holds: ours are part of the program, and are not copied.
type Bytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

#[derive(Clone)]
struct Typeface {
    data: Bytes,
    font: Font,
}

impl Typeface {
    fn new(data: Bytes) -> Result<Self, NoTypeface> {
        if Face::from_slice((*data).as_ref(), 0).is_none() {
            return Err(NoTypeface);
        }
        let font = Font::new(Arc::clone(&data).into(), 0).ok_or(NoTypeface)?;
        Ok(Self { data, font })
    }

    fn ours(data: &'static [u8]) -> Self {
        Self::new(Arc::new(data)).expect("a typeface that ships with the program")
    }

    fn face(&self) -> Face<'_> {
        Face::from_slice((*self.data).as_ref(), 0).expect("a typeface that was read before")
    }
}

/// The typefaces that there are. A copy shares them.
#[derive(Clone)]
pub struct Letters {
    regular: Vec<Typeface>,
    italic: Vec<Typeface>,
    semi_bold: Vec<Typeface>,
}

impl fmt::Debug for Letters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letters of {} typefaces", self.regular.len())
    }
}

impl Letters {
    /// Those that ship with the program, and no others.
    pub fn ours() -> Self {
        static OURS: LazyLock<Letters> =
            LazyLock::new(|| Letters::new(Vec::new()).expect("typefaces that ship with the program"));
        OURS.clone()
    }

    /// Those that ship with the program, and behind them others, for letters that ours don't have.
    ///
    /// # Errors
    /// The place of the first that is no typeface.
    pub fn new(others: Vec<Vec<u8>>) -> Result<Self, (usize, NoTypeface)> {
        let read = |(at, data): (usize, Vec<u8>)| Typeface::new(Arc::new(data)).map_err(|none| (at, none));
        let others = others.into_iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
        let amiri = Typeface::ours(include_bytes!("../assets/Amiri-Regular.ttf"));
        let chain = |own: &'static [u8], arabic: Typeface| {
            let mut chain = vec![Typeface::ours(own), arabic];
            chain.extend(others.iter().cloned());
            chain
        };
        Ok(Self {
            regular: chain(include_bytes!("../assets/Alegreya-Regular.ttf"), amiri.clone()),
            // Arabic knows no italics.
            italic: chain(include_bytes!("../assets/Alegreya-Italic.ttf"), amiri),
            semi_bold: chain(
                include_bytes!("../assets/Alegreya-SemiBold.ttf"),
                Typeface::ours(include_bytes!("../assets/Amiri-Bold.ttf")),
            ),
        })
    }

    /// The letters of a text that can't be set in some style in any typeface that there is, each once, in their order.
    pub fn lacking(&self, text: &str) -> Vec<String> {
        let mut lacking: Vec<String> = Vec::new();
        // A family may have a letter in one style and not in another.
        let styles: Vec<Vec<Face<'_>>> = [&self.regular, &self.italic, &self.semi_bold]
            .into_iter()
            .map(|chain| chain.iter().map(Typeface::face).collect())
            .collect();
        for cluster in clusters(text) {
            let letter = &text[cluster];
            let is_everywhere = styles.iter().all(|faces| face_for(faces, letter).is_some());
            if !is_everywhere && !lacking.iter().any(|known| known == letter) {
                lacking.push(letter.to_owned());
            }
        }
        lacking
    }

    /// Sets a line.
    pub(crate) fn line(&self, text: &str, style: Style) -> Line {
        let chain = match style {
            Style::Regular => &self.regular,
            Style::Italic => &self.italic,
            Style::SemiBold => &self.semi_bold,
        };
        let faces: Vec<_> = chain.iter().map(Typeface::face).collect();
        let mut line = Line {
            text: text.to_owned(),
            pieces: Vec::new(),
            width: 0.0,
            is_whole: true,
            turns: false,
            goes_on: false,
        };
        for Cut { range, right_to_left, face } in cuts(text, &faces) {
            line.is_whole &= face.is_some();
            line.turns |= right_to_left;
            let face = face.unwrap_or(0);
            let glyphs = shape(text, range, right_to_left, &faces[face]);
            let width: f32 = glyphs.iter().map(|glyph| glyph.x_advance).sum();
            line.width += width;
            line.pieces.push(Piece { font: chain[face].font.clone(), glyphs, width });
        }
        line
    }

    /// A word in parts that are no wider than `width`, each with how wide it is: nearly always the word itself. It is cut behind a hyphen, if it has
    /// one in the right place.
    fn cut<'a>(&self, word: &'a str, style: Style, width: f32) -> Vec<(&'a str, f32)> {
        let whole = self.line(word, style).width;
        if whole <= width {
            return vec![(word, whole)];
        }
        let (mut parts, mut start, mut so_wide) = (Vec::new(), 0, 0.0);
        // Where the last hyphen of this part ends, and how wide the part is up to there.
        let mut hyphen: Option<(usize, f32)> = None;
        for letter in clusters(word) {
            let wide = self.line(&word[letter.clone()], style).width;
            while letter.start > start && so_wide + wide > width {
                let (end, until) = hyphen.take().unwrap_or((letter.start, so_wide));
                parts.push((&word[start..end], until));
                (start, so_wide) = (end, so_wide - until);
            }
            so_wide += wide;
            if &word[letter.clone()] == "-" {
                hyphen = Some((letter.end, so_wide));
            }
        }
        parts.push((&word[start..], so_wide));
        parts
    }

    /// Sets a text in lines that are no wider than `width`, in units of the size. A word that is wider is cut, so that it covers nothing
    /// beside it.
    pub(crate) fn lines(&self, text: &str, style: Style, width: f32) -> Vec<Line> {
        let space = self.line(" ", style).width;
        let mut lines: Vec<Line> = Vec::new();
        let (mut so_far, mut so_wide) = (String::new(), 0.0);
        for word in text.split_whitespace() {
            for (at, (part, wide)) in self.cut(word, style, width).into_iter().enumerate() {
                if so_far.is_empty() {
                    (so_far, so_wide) = (part.to_owned(), wide);
                } else if at == 0 && so_wide + space + wide <= width {
                    so_far.extend([" ", part]);
                    so_wide += space + wide;
                } else {
                    lines.push(Line { goes_on: at > 0, ..self.line(&so_far, style) });
                    (so_far, so_wide) = (part.to_owned(), wide);
                }
            }
        }
        if !so_far.is_empty() {
            lines.push(self.line(&so_far, style));
        }
        lines
    }
}

/// A line that is set. Widths are in units of the size.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// What stands in it, as it was written.
    pub text: String,
    /// Its pieces, from left to right.
    pub pieces: Vec<Piece>,
    /// How wide it is.
    pub width: f32,
    /// Whether each letter was there.
    pub is_whole: bool,
    /// Whether some of it is written from right to left.
    pub turns: bool,
    /// Whether its last word goes on in the next line.
    pub goes_on: bool,
}

/// Letters of one typeface and direction.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub font: Font,
    pub glyphs: Vec<KrillaGlyph>,
    pub width: f32,
}

/// A piece of a line, before it is shaped. `face` is absent where no typeface has the letters.
#[derive(Debug, PartialEq, Eq)]
struct Cut {
    range: Range<usize>,
    right_to_left: bool,
    face: Option<usize>,
}

/// A letter with all that is put over, under or behind it.
fn clusters(text: &str) -> Vec<Range<usize>> {
    let mut clusters: Vec<Range<usize>> = Vec::new();
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match clusters.last_mut() {
            Some(last) if c.script() == Script::Inherited => last.end = end,
            _ => clusters.push(at..end),
        }
    }
    clusters
}

/// The first typeface that has a letter.
fn face_for(faces: &[Face<'_>], letter: &str) -> Option<usize> {
    let mut chars = letter.chars();
    let alone = chars.next().filter(|_| chars.next().is_none());
    faces.iter().position(|face| {
        // Nearly every letter is one character, for which a look into the table of shapes is enough.
        if alone.is_some_and(|c| face.glyph_index(c).is_some()) {
            return true;
        }
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(letter);
        buffer.guess_segment_properties();
        rustybuzz::shape(face, &[], buffer).glyph_infos().iter().all(|info| info.glyph_id != 0)
    })
}

/// Cuts a line into pieces, from left to right as they are seen.
fn cuts(text: &str, faces: &[Face<'_>]) -> Vec<Cut> {
    let bidi = BidiInfo::new(text, None);
    let Some(paragraph) = bidi.paragraphs.first() else { return Vec::new() };
    let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
    let mut seen = Vec::new();
    for run in runs {
        let level: Level = levels[run.start];
        let mut within: Vec<(Cut, Script)> = Vec::new();
        for cluster in clusters(&text[run.clone()]) {
            let range = run.start + cluster.start..run.start + cluster.end;
            let letter = &text[range.clone()];
            let script = letter.chars().next().map_or(Script::Common, |c| c.script());
            let common = matches!(script, Script::Common | Script::Inherited);
            let face = face_for(faces, letter);
            match within.last_mut() {
                // What belongs to no script, such as a space or a hyphen, goes with what stands before it.
                Some((last, of)) if last.face == face && (common || *of == script || *of == Script::Common) => {
                    last.range.end = range.end;
                    if !common {
                        *of = script;
                    }
                }
                _ => within.push((Cut { range, right_to_left: level.is_rtl(), face }, script)),
            }
        }
        if level.is_rtl() {
            within.reverse();
        }
        seen.extend(within.into_iter().map(|(cut, _)| cut));
    }
    seen
}

/// Figures as high as capitals, which stand quietly in numbers and codes.
const LINING: Feature = Feature { tag: Tag::from_bytes(b"lnum"), value: 1, start: 0, end: u32::MAX };

/// Chooses and places the shapes of a piece's letters.
fn shape(text: &str, range: Range<usize>, right_to_left: bool, face: &Face<'_>) -> Vec<KrillaGlyph> {
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(&text[range.clone()]);
    buffer.guess_segment_properties();
    buffer.set_direction(if right_to_left { Direction::RightToLeft } else { Direction::LeftToRight });
    let shaped = rustybuzz::shape(face, &[LINING], buffer);
    // Shapes that belong together begin at the same letter, and end where the next one begins.
    let mut begins: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
    begins.sort_unstable();
    begins.dedup();
    let end = |start: usize| begins.iter().copied().find(|next| *next > start).unwrap_or(range.len());
    let units = f32::from(u16::try_from(face.units_per_em()).unwrap_or(1000));
    let em = |length: i32| length as f32 / units;
    let glyph = |(info, at): (&rustybuzz::GlyphInfo, &rustybuzz::GlyphPosition)| {
        let start = info.cluster as usize;
        KrillaGlyph::new(
            GlyphId::new(info.glyph_id),
            em(at.x_advance),
            em(at.x_offset),
            em(at.y_offset),
            em(at.y_advance),
            range.start + start..range.start + end(start),
            None,
        )
    };
    shaped.glyph_infos().iter().zip(shaped.glyph_positions()).map(glyph).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn letters() -> Letters {
        Letters::ours()
    }

    #[test]
    fn names_of_the_scripts_that_were_promised_can_be_set() {
        let letters = letters();
        for name in [
            "Priya Hartnell",
            "Łucja Żółkiewska-Brzęczyszczykiewicz",
            "Siân Llŷr ap Gŵyn",
            "Nguyễn Thị Hồng",
            "Gülşah Çağlar",
            "Þórður Ægisson",
            "Ελένη Παπαδοπούλου",
            "Людмила Щербакова",
            "Ђорђе Њежић",
            "Євген Їжакевич",
            "محمد عبد الرحمن الشريف",
            "فاطمه گل‌محمدی",
            "پروین ٹوانہ",
            "Zoe\u{301} O’Neill‑Roe",
        ] {
            assert_eq!(letters.lacking(name), Vec::<String>::new(), "{name}");
            for style in [Style::Regular, Style::Italic, Style::SemiBold] {
                let line = letters.line(name, style);
                assert!(line.is_whole && line.width > 1.0, "{name}");
                assert!(line.pieces.iter().flat_map(|p| &p.glyphs).all(|g| g.glyph_id.to_u32() != 0), "{name}");
            }
        }
    }

    #[test]
    fn what_can_t_be_set_is_named_once_and_never_a_box() {
        let letters = letters();
        assert_eq!(letters.lacking("王小明 Wang 王"), ["王", "小", "明"]);
        assert!(!letters.line("王", Style::Regular).is_whole);
    }

    #[test]
    fn another_typeface_brings_its_letters() {
        assert!(Letters::new(vec![b"no typeface".to_vec()]).is_err_and(|(at, _)| at == 0));
        let more = Letters::new(vec![include_bytes!("one-letter.ttf").to_vec()]).unwrap();
        assert_eq!(more.lacking("王小明 Wang"), ["小", "明"]);
        for style in [Style::Regular, Style::Italic, Style::SemiBold] {
            assert!(more.line("王 Wang", style).is_whole);
        }
    }

    #[test]
    fn a_letter_and_its_accent_stay_together_whichever_way_they_are_written() {
        let letters = letters();
        let (one, two) = (letters.line("Zoé", Style::Regular), letters.line("Zoe\u{301}", Style::Regular));
        assert!((one.width - two.width).abs() < 0.001, "{} {}", one.width, two.width);
    }

    #[test]
    fn kerning_and_joining_are_those_of_the_script() {
        let letters = letters();
        // Joined letters are narrower, and shaped in another way, than single ones.
        let (word, single) = (letters.line("محمد", Style::Regular), letters.line("م ح م د", Style::Regular));
        assert!(word.width < single.width);
        assert!(word.turns);
        let apart: f32 = ["A", "V"].iter().map(|letter| letters.line(letter, Style::Regular).width).sum();
        assert!(letters.line("AV", Style::Regular).width < apart);
    }

    #[test]
    fn a_name_of_two_scripts_is_seen_in_the_right_order() {
        let faces_of = letters();
        let faces: Vec<_> = faces_of.regular.iter().map(Typeface::face).collect();
        let text = "Layla ليلى Smith";
        let cuts = cuts(text, &faces);
        let pieces: Vec<&str> =
            cuts.iter().map(|cut| text[cut.range.clone()].trim()).filter(|p| !p.is_empty()).collect();
        assert_eq!(pieces, ["Layla", "ليلى", "Smith"]);
        assert!(cuts.iter().any(|cut| cut.right_to_left));
    }

    #[test]
    fn lines_are_no_wider_than_they_may_be() {
        let letters = letters();
        let lines = letters.lines("one two three four five six seven", Style::Regular, 6.0);
        assert!(lines.len() > 1 && lines.iter().all(|line| line.width <= 6.05));
        let again: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(again.join(" "), "one two three four five six seven");
    }

    #[test]
    fn a_word_that_is_too_wide_is_cut_and_nothing_of_it_is_lost() {
        let letters = letters();
        for word in ["W".repeat(80), "Zoe\u{301}".repeat(20), "محمد".repeat(20)] {
            let lines = letters.lines(&word, Style::Regular, 6.0);
            assert!(lines.len() > 3 && lines.iter().all(|line| line.width <= 6.3), "{word}");
            assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<String>(), word);
        }
        // Behind a hyphen rather than within a part of the name; and only what is cut goes on in the next line.
        let lines = letters.lines("Nia Mellbreak-Bowscale came", Style::Regular, 6.5);
        let said: Vec<_> = lines.iter().map(|line| (line.text.as_str(), line.goes_on)).collect();
        assert_eq!(said, [("Nia Mellbreak-", true), ("Bowscale came", false)]);
        // A letter that is wider than all of it stands alone.
        assert_eq!(letters.lines("WW", Style::Regular, 0.1).len(), 2);
    }

    proptest! {
        #[test]
        fn any_text_can_be_measured(text in "\\PC{0,40}") {
            let letters = letters();
            let lines = [Style::Regular, Style::Italic, Style::SemiBold].map(|style| letters.line(&text, style));
            prop_assert_eq!(lines.iter().all(|line| line.is_whole), letters.lacking(&text).is_empty());
            prop_assert!(lines.iter().all(|line| line.width >= 0.0));
        }
    }
}
