//! What enters an edition, in which order, and what its writer is told about the rest. Pure.

use cairn_shared::{
    edition::{
        Edition, FORMAT, Passage, SealedEntry, SealedEvidence, SealedKind, SealedLink, SealedPiece, entry_enters,
        evidence_enters,
    },
    entry::{Anchor, EntryState, Place, Pupils},
    framework::{PerStandard, Standard},
    ids::{EntryId, EvidenceId, LinkId},
    portfolio::{Advice, Piece, Title, advise_on_coverage},
    qualification::Qualification,
    time::Date,
};
use std::collections::HashMap;

/// A portfolio with all that its run refers to.
#[derive(Debug, Clone)]
pub struct Material {
    /// Its title.
    pub title: Title,
    /// Towards what.
    pub qualification: Qualification,
    /// The run, in order.
    pub pieces: Vec<Piece>,
    /// The run's entries.
    pub entries: HashMap<EntryId, Moment>,
    /// Standards that the panel has secured.
    pub secured: PerStandard<bool>,
}

/// An entry of the run as it is now.
#[derive(Debug, Clone)]
pub struct Moment {
    /// Which.
    pub id: EntryId,
    /// Its title, if it has one yet.
    pub title: Option<String>,
    /// Its text.
    pub text: String,
    /// The day that it tells of.
    pub happened_on: Date,
    /// Draft or kept.
    pub state: EntryState,
    /// Whether it lies in the bin.
    pub binned: bool,
    /// Its ties to standards, the first made first.
    pub ties: Vec<Tie>,
    /// What goes with it, the first attached first.
    pub attached: Vec<Attached>,
}

/// A tie to a standard.
#[derive(Debug, Clone)]
pub struct Tie {
    /// Which.
    pub id: LinkId,
    /// To which standard.
    pub standard: Standard,
    /// A finer pointer.
    pub guide: Option<String>,
    /// The passage; without one, the whole entry is meant.
    pub anchor: Option<Anchor>,
    /// What this shows.
    pub shows: Option<String>,
}

/// Something attached.
#[derive(Debug, Clone)]
pub struct Attached {
    /// Which.
    pub id: EvidenceId,
    /// What it is, in the writer's words.
    pub caption: Option<String>,
    /// The answer to "Are pupils identifiable?".
    pub pupils: Pupils,
    /// A file or a link.
    pub kind: SealedKind,
}

/// The longest name that an entry without a title gets from its text, in characters.
const NAME_MOST: usize = 80;

impl Moment {
    /// Its title, or its first words.
    pub fn name(&self) -> String {
        if let Some(title) = &self.title {
            return title.clone();
        }
        let line = self.text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("");
        if line.is_empty() {
            return format!("{}, without words yet", self.happened_on.in_words());
        }
        if line.chars().count() <= NAME_MOST {
            return line.to_owned();
        }
        let head: String = line.chars().take(NAME_MOST).collect();
        let whole_words = head.rsplit_once(char::is_whitespace).map_or(head.as_str(), |(words, _)| words);
        format!("{}…", whole_words.trim_end_matches([' ', ',', ';', ':', '.']))
    }

    /// How many words it has.
    pub fn words(&self) -> usize {
        self.text.split_whitespace().count()
    }
}

impl Attached {
    fn name(&self) -> &str {
        match &self.kind {
            SealedKind::File { name, .. } => name,
            SealedKind::Link { url } => url,
        }
    }
}

/// An edition as it would be sealed now, and what a reader would notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealing {
    /// What is sealed.
    pub edition: Edition,
    /// What a reader would notice: first what concerns the whole, then entry by entry.
    pub advice: Vec<Advice>,
}

impl Sealing {
    /// What stays out of the edition, and why.
    pub fn left_out(&self) -> Vec<Advice> {
        let out = |advice: &&Advice| {
            matches!(advice, Advice::StillADraft { .. } | Advice::EvidenceStaysOut { .. } | Advice::Orphaned { .. })
        };
        self.advice.iter().filter(out).cloned().collect()
    }
}

/// Seals a portfolio as it is now, under a version of the framework. Empty linking passages, drafts and what lies in
/// the bin stay out, and so does what shows a pupil, and every tie whose passage is no longer in the text.
pub fn seal(material: &Material, framework: &str) -> Sealing {
    let mut pieces = Vec::with_capacity(material.pieces.len());
    let mut noticed = Vec::new();
    for piece in &material.pieces {
        match piece {
            Piece::Part { title, .. } => pieces.push(SealedPiece::Part { title: title.to_string() }),
            Piece::Narrative { text, .. } if text.is_blank() => {}
            Piece::Narrative { text, .. } => pieces.push(SealedPiece::Narrative { text: text.to_string() }),
            Piece::Entry { entry_id, .. } => {
                let Some(moment) = material.entries.get(entry_id) else { continue };
                if entry_enters(moment.state, moment.binned, &moment.text) {
                    pieces.push(SealedPiece::Entry(seal_moment(moment, &mut noticed)));
                } else if !moment.binned {
                    noticed.push(Advice::StillADraft { entry_id: moment.id, title: moment.name() });
                }
            }
        }
    }
    let edition = Edition {
        format: FORMAT,
        framework: framework.to_owned(),
        qualification: material.qualification,
        title: material.title.to_string(),
        pieces,
    };
    let mut advice = advise_on_coverage(&edition.stones(), &material.secured);
    advice.append(&mut noticed);
    Sealing { edition, advice }
}

fn seal_moment(moment: &Moment, noticed: &mut Vec<Advice>) -> SealedEntry {
    let entry_id = moment.id;
    let mut links = Vec::with_capacity(moment.ties.len());
    for tie in &moment.ties {
        let standard = tie.standard;
        let passage = match tie.anchor.as_ref().map(|anchor| anchor.locate(&moment.text)) {
            None => None,
            // A text has at most 60,000 characters, so a position always fits.
            Some(Place::At { start, end }) => Some(Passage { start: start as u32, end: end as u32 }),
            Some(Place::Orphaned) => {
                noticed.push(Advice::Orphaned { entry_id, standard });
                continue;
            }
        };
        if tie.shows.is_none() {
            noticed.push(Advice::NotExplained { entry_id, standard });
        }
        links.push(SealedLink { id: tie.id, standard, guide: tie.guide.clone(), passage, shows: tie.shows.clone() });
    }
    // The order of the text; ties of the whole entry come first, and what stands at one place is in the order of the
    // standards.
    links.sort_by_key(|link| (link.passage.map(|p| (p.start, p.end)), link.standard));
    let mut evidence = Vec::with_capacity(moment.attached.len());
    for attached in &moment.attached {
        let name = attached.name();
        if !evidence_enters(attached.pupils) {
            noticed.push(Advice::EvidenceStaysOut { entry_id, name: name.to_owned() });
            continue;
        }
        if attached.caption.is_none() {
            noticed.push(Advice::NoCaption { entry_id, name: name.to_owned() });
        }
        evidence.push(SealedEvidence {
            id: attached.id,
            caption: attached.caption.clone(),
            kind: attached.kind.clone(),
        });
    }
    SealedEntry {
        id: entry_id,
        title: moment.title.clone(),
        happened_on: moment.happened_on,
        text: moment.text.clone(),
        links,
        evidence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_shared::{ids::PieceId, portfolio::Narrative};
    use uuid::Uuid;

    const TEXT: &str = "So we started at the other end. I asked, she wrote.";

    fn id<T: From<Uuid>>(n: u128) -> T {
        Uuid::from_u128(n).into()
    }

    fn moment(n: u128) -> Moment {
        Moment {
            id: id(n),
            title: Some(format!("Moment {n}")),
            text: TEXT.into(),
            happened_on: "2026-11-24".parse().unwrap(),
            state: EntryState::Kept,
            binned: false,
            ties: Vec::new(),
            attached: Vec::new(),
        }
    }

    fn tie(n: u128, standard: Standard, quote: Option<&str>) -> Tie {
        let anchor = quote.map(|quote| {
            let start = TEXT.find(quote).unwrap_or(0);
            match Anchor::at(TEXT, start, start + quote.len()) {
                Some(anchor) if anchor.quote.as_str() == quote => anchor,
                _ => Anchor {
                    quote: quote.parse().unwrap(),
                    before: "".parse().unwrap(),
                    after: "".parse().unwrap(),
                    start: 0,
                },
            }
        });
        Tie { id: id(n), standard, guide: None, anchor, shows: Some("She found it herself.".into()) }
    }

    fn photo(n: u128, pupils: Pupils, caption: Option<&str>) -> Attached {
        Attached {
            id: id(n),
            caption: caption.map(str::to_owned),
            pupils,
            kind: SealedKind::Link { url: format!("https://school.example/{n}") },
        }
    }

    fn entry_piece(n: u128) -> Piece {
        Piece::Entry { id: id::<PieceId>(n + 100), entry_id: id(n) }
    }

    fn sealed(pieces: Vec<Piece>, moments: Vec<Moment>) -> Sealing {
        let material = Material {
            title: "Learning to wait".parse().unwrap(),
            qualification: Qualification::Qms,
            pieces,
            entries: moments.into_iter().map(|m| (m.id, m)).collect(),
            secured: PerStandard { s1: true, s2: true, s3: true, s4: true },
        };
        seal(&material, "ns-2016")
    }

    fn only_entry(sealing: &Sealing) -> &SealedEntry {
        let mut entries = sealing.edition.entries();
        let entry = entries.next().unwrap();
        assert!(entries.next().is_none());
        entry
    }

    #[test]
    fn the_run_keeps_its_order_and_what_is_not_ready_stays_out() {
        let narrative = |n: u128, text: &str| Piece::Narrative { id: id(n), text: Narrative::new(text).unwrap() };
        let pieces = vec![
            Piece::Part { id: id(50), title: "The autumn".parse().unwrap() },
            entry_piece(1),
            narrative(51, " \n"),
            entry_piece(2),
            narrative(52, "It began in September."),
            entry_piece(3),
            entry_piece(4),
            entry_piece(5),
        ];
        let moments = vec![
            moment(1),
            Moment { state: EntryState::Draft, ..moment(2) },
            Moment { binned: true, ..moment(3) },
            Moment { text: "  \n".into(), ..moment(4) },
            moment(5),
        ];
        let sealing = sealed(pieces, moments);
        let run: Vec<String> = sealing
            .edition
            .pieces
            .iter()
            .map(|piece| match piece {
                SealedPiece::Part { title } => title.clone(),
                SealedPiece::Narrative { text } => text.clone(),
                SealedPiece::Entry(entry) => entry.title.clone().unwrap(),
            })
            .collect();
        assert_eq!(run, ["The autumn", "Moment 1", "It began in September.", "Moment 5"]);
        let draft = |n: u128| Advice::StillADraft { entry_id: id(n), title: format!("Moment {n}") };
        assert_eq!(sealing.advice, [draft(2), draft(4)]);
        assert_eq!(sealing.left_out(), sealing.advice);
        assert!(sealing.edition.has_text());
    }

    #[test]
    fn links_stand_in_the_order_of_the_text_with_the_whole_entry_first() {
        let ties = vec![
            tie(1, Standard::S3, Some("I asked")),
            tie(2, Standard::S2, Some("So we started")),
            tie(3, Standard::S1, Some("So we started at the other end")),
            tie(4, Standard::S4, None),
            tie(5, Standard::S1, Some("So we started")),
            tie(6, Standard::S2, None),
        ];
        let sealing = sealed(vec![entry_piece(1)], vec![Moment { ties, ..moment(1) }]);
        let links = &only_entry(&sealing).links;
        let order: Vec<LinkId> = links.iter().map(|l| l.id).collect();
        assert_eq!(order, [6, 4, 5, 2, 3, 1].map(id::<LinkId>));
        assert_eq!(links[0].passage, None);
        assert_eq!(links[5].passage, Some(Passage { start: 32, end: 39 }));
        assert_eq!(sealing.edition.stones(), PerStandard { s1: 2, s2: 2, s3: 1, s4: 1 });
    }

    #[test]
    fn a_tie_whose_words_are_gone_stays_out_and_is_told() {
        let unexplained = Tie { shows: None, ..tie(2, Standard::S2, Some("she wrote")) };
        let ties = vec![tie(1, Standard::S1, Some("These words are gone")), unexplained];
        let sealing = sealed(vec![entry_piece(1)], vec![Moment { ties, ..moment(1) }]);
        assert_eq!(only_entry(&sealing).links.len(), 1);
        let orphaned = Advice::Orphaned { entry_id: id(1), standard: Standard::S1 };
        let not_explained = Advice::NotExplained { entry_id: id(1), standard: Standard::S2 };
        assert_eq!(sealing.advice, [orphaned.clone(), not_explained]);
        assert_eq!(sealing.left_out(), [orphaned]);
    }

    #[test]
    fn only_evidence_that_shows_nobody_enters() {
        let attached = vec![
            photo(1, Pupils::Unanswered, Some("The board")),
            photo(2, Pupils::NotIdentifiable, Some("The plan")),
            photo(3, Pupils::Identifiable, None),
            photo(4, Pupils::NotIdentifiable, None),
        ];
        let sealing = sealed(vec![entry_piece(1)], vec![Moment { attached, ..moment(1) }]);
        let inside: Vec<EvidenceId> = only_entry(&sealing).evidence.iter().map(|e| e.id).collect();
        assert_eq!(inside, [2, 4].map(id::<EvidenceId>));
        let out = |n: u128| Advice::EvidenceStaysOut { entry_id: id(1), name: format!("https://school.example/{n}") };
        assert_eq!(sealing.left_out(), [out(1), out(3)]);
        let no_caption = Advice::NoCaption { entry_id: id(1), name: "https://school.example/4".into() };
        assert!(sealing.advice.contains(&no_caption));
    }

    #[test]
    fn an_entry_without_a_title_is_called_by_its_first_words() {
        let named = |text: &str| Moment { title: None, text: text.into(), ..moment(1) }.name();
        assert_eq!(named("\n  A short line.\nAnd more."), "A short line.");
        assert_eq!(named(""), "24 November 2026, without words yet");
        let long = "word ".repeat(40);
        assert!(named(&long).ends_with("word…") && named(&long).chars().count() <= NAME_MOST + 1);
        assert!(named(&"x".repeat(200)).chars().count() == NAME_MOST + 1);
    }
}
