//! What mentors do.

use super::{Actor, Reply};
use cairn_shared::{
    candidacy::{CandidacySummary, StartCandidacy},
    decision::{OutcomeDetail, Reply as Says, SuggestedBefore},
    entry::{Anchor, BeginEntry, EntryDetail, EntryState, LinkPassage},
    framework::Standard,
    ids::{EntryId, PieceId, PortfolioId, SubmissionId, SuggestionId},
    paper::{DescribePaper, PaperDetail, ReadOn},
    portfolio::{ArrangePortfolio, Piece, PortfolioDetail, PortfolioForm},
    qualification::Qualification,
    submission::{Declaration, SubmissionDetail, SubmitPortfolio},
    time::Date,
};

/// What has to be declared, declared.
const DECLARED: Declaration = Declaration { own_work: true, nobody_identifiable: true, quotes_agreed: false };

/// A binder that is promised for that day.
///
/// # Panics
/// Never.
pub fn binder(promised_for: Date) -> DescribePaper {
    DescribePaper {
        parts: "One ring binder and a display folder".parse().expect("a text"),
        hand_in: "The university’s front desk".parse().expect("a text"),
        promised_for,
        note: "Please begin with sheet 8.".parse().expect("a text"),
    }
}

impl Actor<'_> {
    /// Keeps an entry.
    #[track_caller]
    pub fn notes(&self, text: &str) -> EntryId {
        let begin =
            BeginEntry { text: text.parse().expect("a text"), state: Some(EntryState::Kept), ..BeginEntry::default() };
        self.post("/entries", &begin).expect(201).json::<EntryDetail>().id
    }

    /// An entry of one's own.
    #[track_caller]
    pub fn entry(&self, entry: &EntryId) -> EntryDetail {
        self.sees(&format!("/entries/{entry}"))
    }

    /// Ties a passage of an entry to a standard and says what it shows.
    #[track_caller]
    pub fn links(&self, entry: &EntryId, quote: &str, standard: Standard, shows: &str) -> EntryDetail {
        let text = self.entry(entry).text;
        let byte = text.as_str().find(quote).expect("the quote is in the text");
        let start = text.as_str()[..byte].chars().count();
        let link = LinkPassage {
            standard,
            guide: None,
            anchor: Anchor::at(text.as_str(), start, start + quote.chars().count()),
            shows: Some(shows.parse().expect("a sentence")),
        };
        self.post(&format!("/entries/{entry}/links"), &link).expect(201).json()
    }

    /// Keeps an entry that says something about each of the four standards.
    #[track_caller]
    pub fn notes_all_four(&self) -> EntryId {
        let entry = self.notes(
            "I listened before I spoke. We planned the lesson together. I explained our policy. I read about feedback.",
        );
        self.links(&entry, "listened before I spoke", Standard::S1, "That I listen.");
        self.links(&entry, "planned the lesson together", Standard::S2, "That we plan together.");
        self.links(&entry, "explained our policy", Standard::S3, "That I explain what teachers stand for.");
        self.links(&entry, "read about feedback", Standard::S4, "That I go on learning.");
        entry
    }

    /// Starts working towards a qualification.
    #[track_caller]
    pub fn starts(&self, qualification: Qualification) -> CandidacySummary {
        self.post("/candidacies", &StartCandidacy { qualification }).expect(201).json()
    }

    /// A portfolio of one's own.
    #[track_caller]
    pub fn portfolio(&self, portfolio: &PortfolioId) -> PortfolioDetail {
        self.sees(&format!("/portfolios/{portfolio}"))
    }

    /// Puts entries in a portfolio, in that order, and nothing else.
    #[track_caller]
    pub fn arranges(&self, portfolio: &PortfolioId, entries: &[EntryId]) -> PortfolioDetail {
        let entry = |entry_id: &EntryId| Piece::Entry { id: PieceId::new(uuid::Uuid::now_v7()), entry_id: *entry_id };
        let arrange = ArrangePortfolio {
            title: "Learning to wait".parse().expect("a title"),
            form: PortfolioForm::Electronic,
            pieces: entries.iter().map(entry).collect(),
        };
        let path = format!("/portfolios/{portfolio}");
        self.changes("PUT", &path, &path, &arrange).expect(200).json()
    }

    /// Asks to send a portfolio.
    #[track_caller]
    pub fn tries_to_submit(&self, portfolio: &PortfolioId) -> Reply {
        self.tries_to_submit_on(portfolio, ReadOn::Electronic)
    }

    /// Asks to send a portfolio that is read in that way.
    #[track_caller]
    pub fn tries_to_submit_on(&self, portfolio: &PortfolioId, read_on: ReadOn) -> Reply {
        let submit = SubmitPortfolio { declaration: DECLARED, round_id: None, read_on };
        self.post(&format!("/portfolios/{portfolio}/submissions"), &submit)
    }

    /// Sends a portfolio.
    #[track_caller]
    pub fn submits(&self, portfolio: &PortfolioId) -> SubmissionDetail {
        self.tries_to_submit(portfolio).expect(201).json()
    }

    /// Registers a portfolio that is on paper alone.
    #[track_caller]
    pub fn registers(&self, portfolio: &PortfolioId) -> SubmissionDetail {
        let paper = binder(self.house.today());
        self.tries_to_submit_on(portfolio, ReadOn::Paper { paper }).expect(201).json()
    }

    /// The paper of a submission.
    #[track_caller]
    pub fn paper(&self, submission: SubmissionId) -> PaperDetail {
        self.sees(&format!("/submissions/{submission}/paper"))
    }

    /// Starts, writes, arranges and sends: a first portfolio with a passage for each standard.
    #[track_caller]
    pub fn sends_a_portfolio(&self, qualification: Qualification) -> SubmissionDetail {
        let portfolio = self.starts(qualification).portfolio_id;
        let entry = self.notes_all_four();
        self.arranges(&portfolio, &[entry]);
        self.submits(&portfolio)
    }

    /// One's own candidacies.
    #[track_caller]
    pub fn candidacies(&self) -> Vec<CandidacySummary> {
        self.sees::<cairn_shared::list::Page<CandidacySummary>>("/candidacies").items
    }

    /// A submission of one's own.
    #[track_caller]
    pub fn submission(&self, submission: SubmissionId) -> SubmissionDetail {
        self.sees(&format!("/submissions/{submission}"))
    }

    /// The released outcome of a submission.
    #[track_caller]
    pub fn hears(&self, submission: SubmissionId) -> OutcomeDetail {
        self.sees(&format!("/submissions/{submission}/outcome"))
    }

    /// Says something to a suggestion.
    #[track_caller]
    pub fn replies(&self, suggestion: SuggestionId, text: &str) -> SuggestedBefore {
        let says = Says { text: text.parse().expect("a text") };
        self.ask("PUT", &format!("/suggestions/{suggestion}/reply")).json(&says).send().expect(200).json()
    }
}
