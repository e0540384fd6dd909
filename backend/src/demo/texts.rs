//! The demonstration's words: twelve stories written by hand, and a stock of short passages.
//!
//! They are data files beside the code (`backend/demo/`), and ship inside the binary.

use serde::Deserialize;

/// One person's story.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// A short name for it.
    pub key: String,
    /// The person's name.
    pub name: String,
    /// The school.
    pub school: String,
    /// `primary` or `secondary`.
    pub phase: String,
    /// `qms` or `qlms`.
    pub qualification: String,
    /// How far it is.
    pub state: String,
    /// The portfolio.
    pub portfolio: StoryPortfolio,
    /// The entries.
    #[serde(default)]
    pub entries: Vec<StoryEntry>,
    /// What reviewers found.
    #[serde(default)]
    pub reviews: Vec<StoryReview>,
    /// What the panel decided.
    pub decision: Option<StoryDecision>,
    /// What the mentor says to the panel's suggestions.
    #[serde(default)]
    pub replies: Vec<StoryReply>,
    /// What of it is on paper.
    pub paper: Option<StoryPaper>,
}

/// What of a portfolio is on paper.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryPaper {
    /// What it is.
    pub parts: String,
    /// Where it is handed in.
    pub hand_in: String,
    /// What its readers should know.
    #[serde(default)]
    pub note: String,
    /// Where it is kept once it has arrived.
    pub shelf: Option<String>,
    /// To whom it went back once its mentor had heard.
    pub given_to: Option<String>,
}

/// A portfolio of a story.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryPortfolio {
    /// Its title.
    pub title: String,
    /// Its run.
    #[serde(default)]
    pub run: Vec<StoryPiece>,
}

/// A piece of the run: one of the three.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryPiece {
    /// A part's title.
    pub part: Option<String>,
    /// A linking passage.
    pub narrative: Option<String>,
    /// An entry's key.
    pub entry: Option<String>,
}

/// An entry of a story.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryEntry {
    /// Its key.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Days from the anchor; in the past, so below nought.
    pub day: i32,
    /// The time of day.
    pub time: String,
    /// Whether it is unfinished.
    #[serde(default)]
    pub draft: bool,
    /// Its text.
    pub text: String,
    /// Its links.
    #[serde(default)]
    pub links: Vec<StoryLink>,
}

/// A link of a story's entry or of a passage.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryLink {
    /// The words of the passage.
    pub quote: String,
    /// `s1` to `s4`.
    pub standard: String,
    /// What this shows.
    pub shows: String,
}

/// A reading of a story.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryReview {
    /// The reviewer's key.
    pub reviewer: String,
    /// Whether it was sent.
    #[serde(default)]
    pub sent: bool,
    /// For S1.
    pub s1: Option<StoryJudgement>,
    /// For S2.
    pub s2: Option<StoryJudgement>,
    /// For S3.
    pub s3: Option<StoryJudgement>,
    /// For S4.
    pub s4: Option<StoryJudgement>,
    /// Words for the panel alone.
    pub for_panel: Option<String>,
    /// Comments on passages.
    #[serde(default)]
    pub comments: Vec<StoryComment>,
}

/// A judgement of a story's reading.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryJudgement {
    /// `evidenced` or `more_needed`.
    pub judgement: String,
    /// What is already there.
    pub already_there: Option<String>,
    /// What would help.
    pub would_help: Option<String>,
}

/// A comment of a story's reading.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryComment {
    /// The entry's key.
    pub entry: Option<String>,
    /// The words of the passage.
    pub quote: Option<String>,
    /// `mentor` or `panel`.
    pub to: String,
    /// Its words.
    pub text: String,
}

/// The panel's decision on a story.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryDecision {
    /// The panel's words.
    pub message: String,
    /// For S1.
    pub s1: StoryFinding,
    /// For S2.
    pub s2: StoryFinding,
    /// For S3.
    pub s3: StoryFinding,
    /// For S4.
    pub s4: StoryFinding,
}

/// A finding of the panel on a story.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryFinding {
    /// `evidenced` or `more_needed`.
    pub outcome: String,
    /// What showed it.
    pub note: Option<String>,
    /// What is already there.
    pub already_there: Option<String>,
    /// What would help.
    pub would_help: Option<String>,
}

/// A reply to a suggestion.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryReply {
    /// `s1` to `s4`.
    pub standard: String,
    /// Its words.
    pub text: String,
}

/// A short passage.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passage {
    /// Its title.
    pub title: String,
    /// `primary`, `secondary` or `either`.
    pub phase: String,
    /// Where it plays: for whoever writes more of them.
    #[expect(dead_code, reason = "it tells the writer of the stock what is there already")]
    pub setting: String,
    /// `qms` or `qlms`.
    pub level: String,
    /// Its text; `{T}` stands for the trainee's initial.
    pub text: String,
    /// Its links.
    pub links: Vec<StoryLink>,
}

/// A suggestion that fits many portfolios.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StockSuggestion {
    /// `s1` to `s4`.
    pub standard: String,
    /// What is already there.
    pub already_there: String,
    /// What would help.
    pub would_help: String,
}

/// A finding that fits many portfolios.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StockFinding {
    /// `s1` to `s4`.
    pub standard: String,
    /// Its words.
    pub text: String,
}

/// All words.
#[derive(Debug, Clone)]
pub struct Texts {
    /// The stories.
    pub stories: Vec<Story>,
    /// The passages.
    pub passages: Vec<Passage>,
    /// Suggestions.
    pub suggestions: Vec<StockSuggestion>,
    /// Findings.
    pub findings: Vec<StockFinding>,
    /// The panel's words for an award; `{NAME}` stands for the given name.
    pub messages: Vec<String>,
    /// Comments on passages.
    pub comments: Vec<String>,
    /// Titles of portfolios.
    pub portfolios: Vec<String>,
    /// Titles of parts.
    pub parts: Vec<String>,
    /// Linking passages.
    pub narratives: Vec<String>,
}

macro_rules! files {
    ($folder:literal: $($name:literal)*) => {
        [$(($name, include_str!(concat!("../../demo/", $folder, "/", $name, ".toml")))),*]
    };
}

fn parse<T: for<'de> Deserialize<'de>>(name: &str, text: &str) -> Result<T, String> {
    toml::from_str(text).map_err(|error| format!("{name}.toml: {error}"))
}

impl Texts {
    /// Reads the files.
    ///
    /// # Errors
    /// Names the file that doesn't fit; a test reads them all.
    pub fn load() -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Passages {
            passage: Vec<Passage>,
        }
        #[derive(Deserialize)]
        struct Suggestions {
            suggestion: Vec<StockSuggestion>,
        }
        #[derive(Deserialize)]
        struct Findings {
            finding: Vec<StockFinding>,
        }
        #[derive(Deserialize)]
        struct Messages {
            messages: Vec<String>,
        }
        #[derive(Deserialize)]
        struct Comments {
            comments: Vec<String>,
        }
        #[derive(Deserialize)]
        struct Titles {
            portfolios: Vec<String>,
            parts: Vec<String>,
        }
        #[derive(Deserialize)]
        struct Narratives {
            narratives: Vec<String>,
        }
        let stories = files!("stories": "agnes" "beth" "callum" "femi" "hester" "ines" "joss" "nadia" "owen" "priya" "ruth" "tom");
        let passages = files!("passages": "01" "02" "03" "04" "05" "06" "07" "08" "09" "10" "11");
        let [suggestions, findings, messages, comments, titles, narratives] =
            files!("passages": "suggestions" "findings" "messages" "comments" "titles" "narratives");
        let titles: Titles = parse(titles.0, titles.1)?;
        Ok(Self {
            stories: stories.iter().map(|(name, text)| parse(name, text)).collect::<Result<_, _>>()?,
            passages: passages
                .iter()
                .map(|(name, text)| parse::<Passages>(name, text).map(|p| p.passage))
                .collect::<Result<Vec<_>, _>>()?
                .concat(),
            suggestions: parse::<Suggestions>(suggestions.0, suggestions.1)?.suggestion,
            findings: parse::<Findings>(findings.0, findings.1)?.finding,
            messages: parse::<Messages>(messages.0, messages.1)?.messages,
            comments: parse::<Comments>(comments.0, comments.1)?.comments,
            portfolios: titles.portfolios,
            parts: titles.parts,
            narratives: parse::<Narratives>(narratives.0, narratives.1)?.narratives,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_file_is_read_and_every_quote_stands_in_its_text_once() {
        let texts = Texts::load().unwrap();
        assert_eq!(texts.stories.len(), 12);
        assert!(texts.passages.len() >= 300);
        let once = |text: &str, links: &[StoryLink]| links.iter().all(|l| text.matches(l.quote.as_str()).count() == 1);
        for story in &texts.stories {
            assert!(story.entries.iter().all(|e| once(&e.text, &e.links)), "{}", story.key);
        }
        assert!(texts.passages.iter().all(|p| once(&p.text, &p.links)));
        let titles: BTreeSet<_> = texts.passages.iter().map(|p| &p.title).collect();
        assert_eq!(titles.len(), texts.passages.len());
    }
}
