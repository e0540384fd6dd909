//! The way of some paper: from its registering to its coming back, as stones on a path.

use cairn_shared::paper::{Custody, PaperDetail};
use cairn_shared::round::RoundPhase;
use yew::prelude::*;

use crate::parts::day;
use crate::words::Moment;

/// A step of the way.
#[derive(Clone, Debug, PartialEq)]
struct Step {
    done: bool,
    title: &'static str,
    text: String,
}

/// The steps of the way. `mine` says whether they are told to its mentor.
fn steps(detail: &PaperDetail, mine: bool, now: Moment) -> Vec<Step> {
    let custody = &detail.paper.custody;
    let by = match &detail.registered_by {
        Some(other) => format!("by {}", other.full()),
        None if mine => "by you".to_owned(),
        None => format!("by {}", detail.mentor.full()),
    };
    let when = |at| Moment::from(at).relative_to(now);
    let come = match custody.received_at() {
        Some(at) => when(at),
        None => format!("{}, by {}", detail.paper.hand_in, day(detail.paper.promised_for)),
    };
    let shelf = match custody {
        Custody::Received { shelf, .. } if !mine => format!(". {shelf}"),
        _ => String::new(),
    };
    let has_come = custody.received_at().is_some();
    let mut steps = vec![
        Step { done: true, title: "Registered", text: format!("{}, {by}", when(detail.registered_at)) },
        Step {
            done: has_come,
            title: if has_come { "With the university" } else { "Handed in" },
            text: format!("{come}{shelf}"),
        },
    ];
    if !detail.withdrawn {
        let phase = detail.round.as_ref().map(|round| round.phase);
        let reads = |phase| !matches!(phase, RoundPhase::Open);
        let met = |phase| matches!(phase, RoundPhase::Released);
        let (reading, meeting) = match &detail.round {
            Some(round) => (format!("From {}", day(round.dates.review_opens)), day(round.dates.meeting)),
            None => ("In the next round".to_owned(), "When its dates are known".to_owned()),
        };
        steps.push(Step { done: has_come && phase.is_some_and(reads), title: "With its readers", text: reading });
        steps.push(Step { done: has_come && phase.is_some_and(met), title: "At the panel", text: meeting });
    }
    let (done, back) = match custody {
        Custody::Returned { returned_at, given_to, .. } => (true, format!("{}: {given_to}", when(*returned_at))),
        _ if detail.withdrawn => (false, "Posted or collected".to_owned()),
        _ => (false, "Posted or collected, once the panel has written".to_owned()),
    };
    steps.push(Step { done, title: if mine { "Back with you" } else { "Back with its mentor" }, text: back });
    steps
}

/// Which paper.
#[derive(Properties, PartialEq)]
pub struct WayProps {
    /// The paper.
    pub detail: PaperDetail,
    /// Whether it is the reader's own.
    pub mine: bool,
}

/// The way of some paper.
#[component]
pub fn Way(props: &WayProps) -> Html {
    html! {
        <ol class="path">
            { for steps(&props.detail, props.mine, Moment::now()).into_iter().map(|step| html! {
                <li key={step.title} class={classes!((!step.done).then_some("d"))}>
                    <p class="b">{ step.title }if !step.done { <span class="vh">{ ", still to come" }</span> }</p>
                    <p class="sm mut">{ step.text }</p>
                </li>
            }) }
        </ol>
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{paper, received, returned};
    use super::*;
    use cairn_shared::paper::MayDo;
    use cairn_shared::person::PersonName;
    use cairn_shared::portfolio::PortfolioForm;
    use cairn_shared::qualification::Qualification;
    use cairn_shared::round::{Dates, RoundSummary};
    use cairn_shared::text::Draft;

    fn detail(custody: Custody, phase: RoundPhase) -> PaperDetail {
        let id = uuid::Uuid::from_u128(1);
        let day = |text: &str| text.parse().unwrap();
        PaperDetail {
            submission_id: id.into(),
            paper: paper(custody),
            note: Draft::default(),
            mentor: PersonName {
                id: id.into(),
                given_name: "Priya".parse().unwrap(),
                family_name: "Hartnell".parse().unwrap(),
            },
            school: None,
            qualification: Qualification::Qms,
            title: "Learning to wait".into(),
            form: PortfolioForm::Paper,
            round: Some(RoundSummary {
                id: id.into(),
                name: "Spring 2027".parse().unwrap(),
                dates: Dates {
                    submit_by: day("2027-02-26"),
                    review_opens: day("2027-02-28"),
                    review_by: day("2027-03-09"),
                    meeting: day("2027-03-11"),
                    tell_by: day("2027-03-19"),
                },
                phase,
                accepts: true,
            }),
            registered_at: "2027-02-20T16:40:00Z".parse().unwrap(),
            registered_by: None,
            withdrawn: false,
            partnership: "Northfell Partnership".into(),
            address: "https://cairn.example/paper/X".into(),
            qr_svg: "<svg/>".into(),
            review_id: None,
            may: MayDo::default(),
        }
    }

    fn told(detail: &PaperDetail, mine: bool) -> Vec<(bool, &'static str, String)> {
        let now = Moment("2027-02-20T17:00:00Z".parse().unwrap());
        steps(detail, mine, now).into_iter().map(|step| (step.done, step.title, step.text)).collect()
    }

    #[test]
    fn the_way_says_what_was_and_what_is_still_to_come() {
        let way = told(&detail(Custody::Registered, RoundPhase::Open), true);
        assert_eq!(way[0], (true, "Registered", "16.40, by you".into()));
        assert_eq!(way[1], (false, "Handed in", "The front desk, by Friday 26 February".into()));
        assert_eq!(way.iter().filter(|step| step.0).count(), 1);
        // Reading has begun, but not of what hasn't come.
        assert!(!told(&detail(Custody::Registered, RoundPhase::InReview), true)[2].0);
        let way = told(&detail(received(), RoundPhase::InReview), false);
        assert!(way[1].0 && way[1].2.ends_with("Room 12, the green shelf"));
        assert!(way[2].0 && !way[3].0);
        let way = told(&detail(returned(), RoundPhase::Released), true);
        assert!(way.iter().all(|step| step.0));
        assert!(way[4].2.ends_with("Priya Hartnell, in person"));
    }

    #[test]
    fn what_was_taken_back_has_no_panel_on_its_way() {
        let way = told(&PaperDetail { withdrawn: true, ..detail(received(), RoundPhase::Open) }, true);
        assert_eq!(
            way.iter().map(|step| step.1).collect::<Vec<_>>(),
            ["Registered", "With the university", "Back with you"]
        );
    }
}
