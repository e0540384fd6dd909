//! Answering an invitation: coming or not, with whom, and what the kitchen and the door should know.

use cairn_shared::celebration::{AnswerInvitation, Invitation, Reply};
use cairn_shared::text::{Draft, Line};
use yew::prelude::*;

use crate::api;
use crate::hooks::use_action;
use crate::parts::{form_problems, problem_at};
use crate::ui::{
    Button, Check, Choice, ErrorSummary, FormProblem, Note, Segmented, TextArea, TextField, Tone, Trouble,
};

const COMING: &str = "coming";
const DIET: &str = "diet";
const ACCESS: &str = "access";

fn guest_field(at: usize) -> String {
    format!("guest-{at}")
}

/// An answer in a few words, for who has to put it together with another.
fn in_words(invitation: &Invitation) -> String {
    let reply = match invitation.reply {
        Reply::Unanswered => "Not answered yet",
        Reply::Coming => "Coming",
        Reply::Waiting => "On the waiting list",
        Reply::NotComing => "Not coming",
    };
    let guests: Vec<&str> = invitation.guests.iter().map(|guest| guest.as_str()).collect();
    let mut words = vec![reply.to_owned()];
    if !guests.is_empty() {
        words.push(format!("with {}", guests.join(" and ")));
    }
    for (what, text) in [("does not eat", &invitation.diet), ("needs", &invitation.access)] {
        if !text.is_blank() {
            words.push(format!("{what}: {}", text.as_str().trim()));
        }
    }
    words.join("; ")
}

/// What stands in the form.
#[derive(Clone, Debug, PartialEq)]
struct Answering {
    coming: Option<bool>,
    guests: Vec<String>,
    diet: String,
    access: String,
    photos: bool,
}

impl Answering {
    fn begin(invitation: &Invitation, guests: usize) -> Self {
        let mut names: Vec<String> = invitation.guests.iter().map(ToString::to_string).collect();
        names.resize(guests.max(names.len()), String::new());
        Self {
            coming: match invitation.reply {
                Reply::Unanswered => None,
                Reply::Coming | Reply::Waiting => Some(true),
                Reply::NotComing => Some(false),
            },
            guests: names,
            diet: invitation.diet.to_string(),
            access: invitation.access.to_string(),
            photos: invitation.photos,
        }
    }

    fn complete(&self) -> Result<AnswerInvitation, Vec<FormProblem>> {
        let mut needs = Vec::new();
        if self.coming.is_none() {
            needs.push(FormProblem::at(COMING, "Say whether you are coming"));
        }
        let mut guests = Vec::new();
        for (at, name) in self.guests.iter().enumerate().filter(|(_, name)| !name.trim().is_empty()) {
            match Line::new(name.as_str()) {
                Ok(name) => guests.push(name),
                Err(problem) => needs.push(FormProblem::at(guest_field(at), problem.to_string())),
            }
        }
        let diet = Draft::new(self.diet.trim()).map_err(|e| needs.push(FormProblem::at(DIET, e.to_string())));
        let access = Draft::new(self.access.trim()).map_err(|e| needs.push(FormProblem::at(ACCESS, e.to_string())));
        match (self.coming, diet, access) {
            (Some(coming), Ok(diet), Ok(access)) if needs.is_empty() => {
                // Who is not coming brings nobody, and needs nothing.
                if !coming {
                    return Ok(AnswerInvitation {
                        coming,
                        guests: Vec::new(),
                        diet: Draft::default(),
                        access: Draft::default(),
                        photos: false,
                    });
                }
                Ok(AnswerInvitation { coming, guests, diet, access, photos: self.photos })
            }
            _ => Err(needs),
        }
    }
}

/// An invitation that is answered.
#[derive(Properties, PartialEq)]
pub struct ReplyFormProps {
    /// The invitation.
    pub invitation: Invitation,
    /// How many guests may come along.
    pub guests: u16,
    /// Whose it is, where somebody else answers: a coordinator, on the telephone.
    #[prop_or_default]
    pub of: Option<AttrValue>,
    /// Told how the invitation stands now.
    pub onanswer: Callback<Invitation>,
    /// Loads the invitation anew, where it has changed in the meantime.
    pub again: Callback<()>,
}

/// Answering an invitation.
#[component]
pub fn ReplyForm(props: &ReplyFormProps) -> Html {
    let text = use_state(|| Answering::begin(&props.invitation, props.guests.into()));
    let problems = use_state(Vec::<FormProblem>::new);
    let sent = use_state(|| 0_u32);
    // What the form was filled in on; where the invitation is another by now, it is said beside what is written.
    let read = use_state(|| props.invitation.clone());
    let answer = {
        let (id, etag, onanswer) = (props.invitation.id, props.invitation.etag.clone(), props.onanswer.clone());
        let read = read.setter();
        use_action(
            move |answer: AnswerInvitation| {
                let etag = etag.clone();
                async move { api::celebration::answer(id, &answer, &etag).await }
            },
            move |invitation: Invitation| {
                read.set(invitation.clone());
                onanswer.emit(invitation);
            },
        )
    };
    let mut shown = (*problems).clone();
    let stale = answer.trouble.as_ref().is_some_and(|error| error.is_stale());
    if let Some(error) = answer.trouble.as_ref().filter(|_| !stale) {
        shown.extend(form_problems(error, |pointer| match pointer {
            "/diet" => Some(DIET.into()),
            "/access" => Some(ACCESS.into()),
            _ => pointer
                .strip_prefix("/guests")
                .map(|at| guest_field(at.trim_start_matches('/').parse().unwrap_or(0)).into()),
        }));
    }
    let onsubmit = {
        let (text, problems, sent, answer) = ((*text).clone(), problems.setter(), sent.clone(), answer.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            sent.set(*sent + 1);
            match text.complete() {
                Ok(complete) => {
                    problems.set(Vec::new());
                    answer.run(complete);
                }
                Err(needs) => {
                    answer.clear();
                    problems.set(needs);
                }
            }
        })
    };
    let edit = |with: fn(&mut Answering, String)| {
        let text = text.clone();
        Callback::from(move |value: String| {
            let mut now = (*text).clone();
            with(&mut now, value);
            text.set(now);
        })
    };
    let choose = {
        let text = text.clone();
        Callback::from(move |value: AttrValue| text.set(Answering { coming: Some(value == "yes"), ..(*text).clone() }))
    };
    let photos = {
        let text = text.clone();
        Callback::from(move |photos: bool| text.set(Answering { photos, ..(*text).clone() }))
    };
    let look = {
        let (again, answer) = (props.again.clone(), answer.clone());
        Callback::from(move |()| {
            answer.clear();
            again.emit(());
        })
    };
    let others = props.of.is_some();
    let (they, may_be) = if others {
        ("they and their guests", "They and their guests")
    } else {
        ("you and your guests", "I and my guests")
    };
    html! {
        <form class="flow" novalidate=true {onsubmit}>
            <ErrorSummary problems={shown.clone()} sent={*sent + u32::from(answer.trouble.is_some())} />
            if stale {
                <Trouble
                    title="This answer has changed in the meantime"
                    detail="What you wrote is still here, and nothing is written over. See what is there now, and save once more what is to count."
                    label="See what is there now"
                    again={look}
                />
            } else if read.etag != props.invitation.etag {
                <Note tone={Tone::Info} title="It has changed in the meantime" live=true>
                    <p dir="auto">{ format!("There is now: {}.", in_words(&props.invitation)) }</p>
                </Note>
            }
            <Segmented
                id={COMING}
                legend={match &props.of { Some(who) => format!("Will {who} come?"), None => "Will you come?".to_owned() }}
                options={vec![Choice::new("yes", if others { "Yes" } else { "Yes, with pleasure" }).class("good"), Choice::new("no", "Sorry, no")]}
                value={text.coming.map(|coming| AttrValue::from(if coming { "yes" } else { "no" }))}
                onchange={choose}
                error={problem_at(&shown, COMING)}
            />
            if text.coming == Some(true) {
                { for text.guests.iter().enumerate().map(|(at, name)| {
                    let id = guest_field(at);
                    let text = text.clone();
                    let oninput = Callback::from(move |value: String| {
                        let mut now = (*text).clone();
                        now.guests[at] = value;
                        text.set(now);
                    });
                    let label = match (props.guests, others) {
                        (0 | 1, false) => "Your guest’s name".to_owned(),
                        (0 | 1, true) => "Their guest’s name".to_owned(),
                        _ => format!("Guest {}", at + 1),
                    };
                    html! {
                        <TextField key={at} id={id.clone()} {label} aside={if at == 0 { "If there is one" } else { "If you like" }} value={name.clone()} {oninput} maxlength=80 autocomplete="off" error={problem_at(&shown, &id)} />
                    }
                }) }
                <TextArea
                    id={DIET}
                    label={format!("Anything {they} do not eat?")}
                    aside="If so"
                    hint="Seen by the kitchen and the coordinator, and deleted the day after."
                    rows=2
                    maxlength=500
                    value={text.diet.clone()}
                    oninput={edit(|text, value| text.diet = value)}
                    error={problem_at(&shown, DIET)}
                />
                <TextArea
                    id={ACCESS}
                    label={format!("Anything {they} need to be there in comfort?")}
                    aside="If so"
                    hint="A seat near the front, step-free, a hearing loop. Seen by the coordinator and at the door, and deleted the day after."
                    rows=2
                    maxlength=500
                    value={text.access.clone()}
                    oninput={edit(|text, value| text.access = value)}
                    error={problem_at(&shown, ACCESS)}
                />
                <Check checked={text.photos} onchange={photos} hint="Without it nobody photographs you. You can change your mind on the evening.">
                    { format!("{may_be} may be in photographs of the evening") }
                </Check>
            }
            <Button submit=true class="start" busy={answer.running}>{ if others { "Save their answer" } else { "Save my answer" } }</Button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_shared::celebration::InvitedAs;
    use cairn_shared::ids::InvitationId;

    fn invitation(reply: Reply) -> Invitation {
        Invitation {
            id: InvitationId::new(uuid::Uuid::nil()),
            etag: "\"v1\"".into(),
            invited_as: InvitedAs::Awarded,
            reply,
            guests: Vec::new(),
            diet: Draft::default(),
            access: Draft::default(),
            photos: false,
            table: None,
        }
    }

    #[test]
    fn an_answer_says_yes_or_no_and_leaves_empty_names_out() {
        let mut text = Answering::begin(&invitation(Reply::Unanswered), 2);
        assert_eq!(text.complete().unwrap_err()[0].field, COMING);
        text.coming = Some(true);
        text.guests[1] = "Sam Hartnell".into();
        let answer = text.complete().unwrap();
        assert_eq!(answer.guests.len(), 1);
        assert!(answer.coming && !answer.photos);
    }

    #[test]
    fn who_answered_finds_their_answer_again() {
        assert_eq!(Answering::begin(&invitation(Reply::Waiting), 1).coming, Some(true));
        assert_eq!(Answering::begin(&invitation(Reply::NotComing), 1).coming, Some(false));
    }
}
