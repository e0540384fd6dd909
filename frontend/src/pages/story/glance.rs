//! What the story's page says at a glance: where one stands, what could be done in three minutes, the next dates. Pure.

use cairn_shared::candidacy::{CandidacySummary, Stage};
use cairn_shared::entry::{EntrySummary, StoryOverview, Title};
use cairn_shared::framework::Standard;
use cairn_shared::round::{RoundPhase, RoundSummary};
use cairn_shared::time::Date;

use crate::router::{Query, Route};
use crate::words::Day;

/// How many suggestions stand there at most. More would be a list of duties.
const MOST_SUGGESTIONS: usize = 3;
/// How many dates stand there at most.
const MOST_DATES: usize = 4;

/// What an entry is called: by its title, or by its day.
pub fn called(title: Option<&Title>, day: Date) -> String {
    match title {
        Some(title) => title.to_string(),
        None => format!("A moment on {}", Day(day).long()),
    }
}

/// The beginning of an entry as a line to read, without the marks of quotations.
pub fn opening(entry: &EntrySummary) -> String {
    let lines = entry.opening.split('\n').map(|line| line.strip_prefix('>').unwrap_or(line).trim());
    let text = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    if entry.opening.chars().count() < 240 {
        return text;
    }
    if let Some(end) = last_sentence(&text) {
        return text[..end].to_owned();
    }
    // The last word may be cut in the middle.
    let whole = text.rsplit_once(' ').map_or(text.as_str(), |(whole, _)| whole);
    format!("{}…", whole.trim_end_matches(|c: char| c.is_whitespace() || ",;:.".contains(c)))
}

/// Where the last whole sentence ends, in bytes, if enough stands before it to be worth reading. The stop after an
/// initial ("J. waited") ends none.
fn last_sentence(text: &str) -> Option<usize> {
    const ENOUGH: usize = 90;
    text.match_indices(' ').map(|(at, _)| at).rev().find(|at| {
        let before = &text[..*at];
        let words = before.trim_end_matches(['”', '’', ')']);
        let last = words.trim_end_matches(['.', '?', '!']);
        let word = last.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        last.len() < words.len() && word.chars().count() > 1 && before.chars().count() >= ENOUGH
    })
}

/// Where one stands with one qualification: words, the ones to stress, more words, and where it goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The words before the qualification.
    pub before: &'static str,
    /// The qualification, to stress.
    pub qualification: &'static str,
    /// The words after it.
    pub after: String,
    /// Where it goes on, and what the link says.
    pub link: Option<(Route, &'static str)>,
}

/// Where one stands. `today` is London's.
pub fn standing(candidacy: &CandidacySummary, rounds: &[RoundSummary], today: Date) -> Standing {
    let submission =
        |route: fn(yew::AttrValue) -> Route| candidacy.submission_id.map(|id| route(id.to_string().into()));
    let (before, after, link) = match candidacy.stage {
        Stage::Gathering => {
            let round = rounds.iter().find(|round| round.accepts && round.dates.submit_by >= today);
            let after = match round {
                Some(round) if round.dates.submit_by == today => {
                    format!(". The {} round closes at the end of today, and the next one is as good.", season(round))
                }
                Some(round) => format!(
                    ". The {} round closes on {}, and nothing is due today.",
                    season(round),
                    Day(round.dates.submit_by).long()
                ),
                None => ". Nothing is due today.".to_owned(),
            };
            ("You are building towards ", after, None)
        }
        Stage::Submitted => (
            "Your portfolio for ",
            " has been sent. You can go on writing all the while.".to_owned(),
            submission(Route::Submission).map(|route| (route, "See where it is")),
        ),
        Stage::InReview => (
            "Your portfolio for ",
            " is with the panel. You can go on writing all the while.".to_owned(),
            submission(Route::Submission).map(|route| (route, "See where it is")),
        ),
        Stage::FurtherEvidence => (
            "The panel suggests a little more for ",
            ".".to_owned(),
            submission(Route::SubmissionOutcome).map(|route| (route, "Read what would help")),
        ),
        Stage::Awarded => (
            "You hold ",
            ". Your story stays yours, and can go on.".to_owned(),
            candidacy.award_id.map(|id| (Route::Award(id.to_string().into()), "See your award")),
        ),
    };
    Standing { before, qualification: candidacy.qualification.title(), after, link }
}

/// "Spring 2027" as it stands in a sentence: "spring".
fn season(round: &RoundSummary) -> String {
    let name = round.name.to_string();
    match name.split_whitespace().next() {
        Some(first) if ["Autumn", "Spring", "Summer"].contains(&first) => first.to_ascii_lowercase(),
        _ => name,
    }
}

/// Something that could be done in three minutes.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// Its picture.
    pub icon: &'static str,
    /// What it is.
    pub title: String,
    /// A kind word about it.
    pub detail: String,
    /// Where it begins.
    pub route: Route,
    /// With this query.
    pub query: Query,
}

/// What could be done in three minutes. Never counted, three at most.
pub fn suggestions(story: &StoryOverview) -> Vec<Suggestion> {
    let mut all = Vec::new();
    if let Some(draft) = story.drafts.first() {
        all.push(Suggestion {
            icon: "sprout",
            title: format!("Finish “{}”", called(draft.title.as_ref(), draft.happened_on)),
            detail: match draft.opening.trim().is_empty() {
                true => "You began it, and it waits for its first words.".to_owned(),
                false => "What you wrote is there, ready to read through.".to_owned(),
            },
            route: Route::Entry(draft.id.to_string().into()),
            query: Query::default().with("edit", "1"),
        });
    }
    if let Some(standard) = smallest(story) {
        all.push(Suggestion {
            icon: "scale",
            title: format!("{} is your smallest cairn", standard.short_title()),
            detail: question(standard).to_owned(),
            route: Route::StoryNew,
            query: Query::default().with("standard", standard.code()),
        });
    }
    if let Some(entry) = &story.last_year {
        let name = called(entry.title.as_ref(), entry.happened_on);
        all.push(Suggestion {
            icon: "history",
            title: "This time last year".to_owned(),
            detail: match entry.title {
                Some(_) => format!("You wrote “{name}”. What would you do differently now?"),
                None => {
                    format!("You wrote about {}. What would you do differently now?", Day(entry.happened_on).long())
                }
            },
            route: Route::Entry(entry.id.to_string().into()),
            query: Query::default(),
        });
    }
    all.truncate(MOST_SUGGESTIONS);
    all
}

/// The standard with the fewest stones, where it has room and stands out.
fn smallest(story: &StoryOverview) -> Option<Standard> {
    let (standard, fewest) = story.stones.iter().min_by_key(|(_, stones)| **stones)?;
    let most = story.stones.iter().map(|(_, stones)| *stones).max()?;
    (*fewest < 3 && *fewest < most).then_some(standard)
}

fn question(standard: Standard) -> &'static str {
    match standard {
        Standard::S1 => "When did your trainee trust you with something hard? That counts.",
        Standard::S2 => "What did you and your trainee change about a lesson? That counts.",
        Standard::S3 => "Have you talked about parents’ evening, or the life of the school? That counts.",
        Standard::S4 => "What did you learn yourself, or from another mentor? That counts.",
    }
}

/// The next dates of the rounds, from today on.
pub fn next_dates(rounds: &[RoundSummary], today: Date) -> Vec<(Date, String)> {
    let mut dates: Vec<(Date, String)> = rounds
        .iter()
        .filter(|round| round.phase != RoundPhase::Released)
        .flat_map(|round| {
            let name = &round.name;
            [
                (round.dates.submit_by, format!("{name} round closes")),
                (round.dates.meeting, format!("{name} panel meets")),
                (round.dates.tell_by, format!("{name} outcomes are out")),
            ]
        })
        .filter(|(date, _)| *date >= today)
        .collect();
    dates.sort_by_key(|(date, _)| *date);
    dates.truncate(MOST_DATES);
    dates
}

#[cfg(test)]
mod tests {
    use cairn_shared::entry::{EntryState, Stones};
    use cairn_shared::qualification::Qualification;

    use super::*;

    const ID: &str = "\"0193589c-7b1e-7d3a-9c35-3f1d5e0b7a11\"";

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn entry(title: Option<&str>, text: &str) -> EntrySummary {
        EntrySummary {
            id: serde_json::from_str(ID).unwrap(),
            title: title.map(|title| Title::new(title).unwrap()),
            opening: text.into(),
            happened_on: day("2026-11-23"),
            created_at: "2026-11-23T11:42:00Z".parse().unwrap(),
            state: EntryState::Draft,
            standards: Vec::new(),
            links: 0,
            evidence: 0,
        }
    }

    fn spring() -> RoundSummary {
        serde_json::from_str(&format!(
            r#"{{"id":{ID},"name":"Spring 2027","phase":"open","accepts":true,"dates":{{"submit_by":"2027-02-26",
            "review_opens":"2027-02-27","review_by":"2027-03-09","meeting":"2027-03-11","tell_by":"2027-03-19"}}}}"#
        ))
        .unwrap()
    }

    fn candidacy(stage: Stage) -> CandidacySummary {
        CandidacySummary {
            id: serde_json::from_str(ID).unwrap(),
            qualification: Qualification::Qms,
            portfolio_id: serde_json::from_str(ID).unwrap(),
            title: "Learning to wait".into(),
            stage,
            secured: Default::default(),
            submission_id: Some(serde_json::from_str(ID).unwrap()),
            award_id: None,
            stage_shared: false,
        }
    }

    #[test]
    fn a_mentor_who_gathers_hears_when_the_round_closes() {
        let say = |today| {
            let it = standing(&candidacy(Stage::Gathering), &[spring()], day(today));
            format!("{}{}{}", it.before, it.qualification, it.after)
        };
        assert_eq!(
            say("2026-11-24"),
            "You are building towards qualified mentor status. The spring round closes on Friday 26 February, and nothing is due today."
        );
        assert!(say("2027-02-26").contains("closes at the end of today"));
        assert!(say("2027-02-27").ends_with("status. Nothing is due today."));
    }

    #[test]
    fn every_stage_has_words_and_a_way_on() {
        for stage in [Stage::Submitted, Stage::InReview, Stage::FurtherEvidence] {
            assert!(standing(&candidacy(stage), &[], day("2026-11-24")).link.is_some(), "{stage}");
        }
        assert_eq!(standing(&candidacy(Stage::Awarded), &[], day("2026-11-24")).link, None);
    }

    #[test]
    fn suggestions_come_from_what_is_there() {
        let nothing = StoryOverview { stones: Stones::default(), drafts: Vec::new(), last_year: None };
        assert!(suggestions(&nothing).is_empty());
        let story = StoryOverview {
            stones: Stones { s1: 5, s2: 6, s3: 2, s4: 4 },
            drafts: vec![entry(Some("The fourteen seconds"), "J. stopped the lesson."), entry(None, "")],
            last_year: Some(entry(None, "S.")),
        };
        let titles: Vec<_> = suggestions(&story).into_iter().map(|s| s.title).collect();
        assert_eq!(
            titles,
            ["Finish “The fourteen seconds”", "Professionalism is your smallest cairn", "This time last year"]
        );
        let even = StoryOverview { stones: Stones { s1: 2, s2: 2, s3: 2, s4: 2 }, drafts: Vec::new(), last_year: None };
        assert!(suggestions(&even).is_empty());
    }

    #[test]
    fn dates_begin_today_and_end_with_the_fourth() {
        let all = next_dates(&[spring(), spring()], day("2027-03-11"));
        assert_eq!(all.len(), 4);
        assert_eq!(all[0], (day("2027-03-11"), "Spring 2027 panel meets".into()));
        assert_eq!(all[3].1, "Spring 2027 outcomes are out");
        let released = RoundSummary { phase: RoundPhase::Released, ..spring() };
        assert!(next_dates(&[released], day("2026-11-24")).is_empty());
    }

    #[test]
    fn openings_read_as_a_line() {
        assert_eq!(opening(&entry(None, "She said:\n> no\n\nSo I waited.")), "She said: no So I waited.");
        assert_eq!(opening(&entry(None, &"word, ".repeat(40))).chars().last(), Some('…'));
        let told = format!("{} J. waited with me. And then {}", "word ".repeat(20), "more ".repeat(30));
        assert!(opening(&entry(None, &told)).ends_with("J. waited with me."));
        let initial = format!("{} I sat beside J. and {}", "word ".repeat(20), "more ".repeat(30));
        assert!(opening(&entry(None, &initial)).ends_with("more…"));
        assert_eq!(called(None, day("2026-11-23")), "A moment on Monday 23 November");
    }
}
