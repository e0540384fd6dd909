//! What a reviewer found: the four standards beside the story. It saves itself; sending is never closed, but says what
//! it still needs. Once sent, the others' readings stand below.

use std::cell::RefCell;
use std::rc::Rc;

use cairn_shared::edition::SealedLink;
use cairn_shared::framework::{Framework, PerStandard, Standard};
use cairn_shared::ids::{EntryId, ReviewId};
use cairn_shared::review::{
    DraftJudgement, Judgement, OtherReading, Recommendation, ReviewDetail, ReviewDraft, ReviewState, StillNeeded,
};
use cairn_shared::text::Draft as DraftText;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::aside::Aside;
use super::read::Known;
use crate::api::{self, ApiError, Key, Loaded, Why};
use crate::browser::{focus, sleep};
use crate::hooks::{Draft, DraftOptions, Shortcut, Stale, use_action, use_draft, use_key, use_shortcuts};
use crate::notices::use_notices;
use crate::pages::decision::findings::judgement_choices;
use crate::parts::{StandardMark, form_problems, problem_at, quoted};
use crate::router::Route;
use crate::ui::{
    Button, ButtonKind, Details, ErrorSummary, FormProblem, Icon, Note, SaveState, Segmented, Tag, TextArea, Tone,
    Trouble,
};
use crate::words::{count, number, sentence};

/// What a review finds.
#[derive(Properties, PartialEq)]
pub struct NotesProps {
    /// The review, with what is read for it.
    pub detail: ReviewDetail,
    /// The tag that an edit must name.
    pub etag: Option<String>,
    /// What the server has of the notes.
    pub known: Known,
    /// Told how the review stands, once it is sent.
    pub on_detail: Callback<Loaded<ReviewDetail>>,
    /// Told that a passage is wanted: its entry, and where it stands.
    pub on_passage: Callback<(EntryId, String)>,
    /// Told how many standards are looked at, of how many.
    pub on_count: Callback<(u32, u32)>,
}

fn judge_id(s: Standard) -> String {
    format!("judge-{s}")
}

fn help_id(s: Standard) -> String {
    format!("help-{s}")
}

fn there_id(s: Standard) -> String {
    format!("there-{s}")
}

/// The text as the server can take it: without what no keyboard writes, and no longer than it may be.
fn taken<const MOST: usize>(text: &str) -> DraftText<MOST> {
    let plain: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).take(MOST).collect();
    DraftText::new(plain).unwrap_or_default()
}

fn problem_of(needed: &StillNeeded) -> FormProblem {
    let field = match needed {
        StillNeeded::Judgement(s) => judge_id(*s),
        StillNeeded::Suggestion(s) => help_id(*s),
    };
    FormProblem::at(field, needed.to_string())
}

/// The field that a pointer of the server means: `/judgements/s3`.
fn field_of(pointer: &str, draft: &ReviewDraft) -> Option<AttrValue> {
    let rest = pointer.strip_prefix("/judgements/")?;
    let s: Standard = rest.split('/').next()?.parse().ok()?;
    let more = matches!(draft.judgements.get(s), Some(DraftJudgement::MoreNeeded { .. }));
    Some(if more { help_id(s) } else { judge_id(s) }.into())
}

/// How many of the open standards have a judgement, and how many are open.
fn looked_at(draft: &ReviewDraft, secured: &PerStandard<bool>) -> (u32, u32) {
    let open = Standard::ALL.iter().filter(|s| !*secured.get(**s));
    open.fold((0, 0), |(judged, open), s| (judged + u32::from(draft.judgements.get(*s).is_some()), open + 1))
}

/// The other text, where two devices wrote.
type Other = Option<(ReviewDraft, Option<String>)>;

/// Waits until the server has all that was written, and sends the view.
async fn send(id: ReviewId, draft: Draft<ReviewDraft>, key: Key) -> Result<Loaded<ReviewDetail>, ApiError> {
    draft.flush();
    for _ in 0..60 {
        if !draft.is_unsent() {
            return api::review::send(id, &key).await;
        }
        sleep(200).await;
        draft.flush();
    }
    Err(ApiError::without_answer(Why::Offline))
}

/// The reviewer's notes on the four standards.
#[component]
pub fn Notes(props: &NotesProps) -> Html {
    let NotesProps { detail, .. } = props;
    let review = &detail.review;
    let (id, secured) = (review.id, detail.secured);
    let notices = use_notices();
    let other = use_state(|| Other::None);

    let known = props.known.0.clone();
    let handle: Rc<RefCell<Option<Draft<ReviewDraft>>>> = use_mut_ref(|| None);
    let on_stale = {
        let (known, handle, other) = (known.clone(), handle.clone(), other.setter());
        Callback::from(move |stale: Stale<ReviewDraft>| {
            let (known, handle, other) = (known.clone(), handle.clone(), other.clone());
            spawn_local(async move {
                let Ok(now) = api::review::read(id).await else {
                    // Not to be reached: the same question comes again in a while.
                    sleep(5_000).await;
                    if let Some(draft) = &*handle.borrow() {
                        draft.settle(stale.mine, None);
                    }
                    return;
                };
                let theirs = now.value.draft;
                let same = known.borrow().as_ref() == Some(&theirs) || theirs == stale.mine;
                let mine = handle.borrow().as_ref().map_or(stale.mine, |draft| draft.value.clone());
                if same {
                    *known.borrow_mut() = Some(theirs);
                    if let Some(draft) = &*handle.borrow() {
                        draft.settle(mine, now.etag);
                    }
                } else {
                    other.set(Some((theirs, now.etag)));
                }
            });
        })
    };
    let draft = use_draft(
        DraftOptions { name: format!("review:{id}"), start: detail.draft.clone(), etag: props.etag.clone(), on_stale },
        {
            let known = known.clone();
            move |sent| {
                let known = known.clone();
                async move {
                    let value = sent.value.clone();
                    let etag = api::review::save_draft(id, sent).await?;
                    *known.borrow_mut() = Some(value);
                    Ok(etag)
                }
            }
        },
    );
    *handle.borrow_mut() = Some(draft.clone());
    // A text that this device had kept was begun from something older than what was loaded just now.
    if known.borrow().is_none() && !draft.restored {
        *known.borrow_mut() = Some(detail.draft.clone());
    }

    let counted = looked_at(&draft.value, &secured);
    use_effect_with(counted, {
        let on_count = props.on_count.clone();
        move |counted| on_count.emit(*counted)
    });

    let problems = use_state(Vec::<FormProblem>::new);
    let pressed = use_state(|| 0_u32);
    let key = use_key();
    let sending = {
        let (on_detail, handle) = (props.on_detail.clone(), handle.clone());
        let name = review.mentor.given_name.clone();
        let again = review.state == ReviewState::Sent;
        use_action(
            move |()| {
                let (draft, key) = (handle.borrow().clone(), key.clone());
                async move {
                    match draft {
                        Some(draft) => send(id, draft, key).await,
                        None => Err(ApiError::without_answer(Why::Unreadable)),
                    }
                }
            },
            move |loaded| {
                on_detail.emit(loaded);
                notices.say(if again {
                    "Your change is with the panel.".to_owned()
                } else {
                    format!("Your view on {name}’s portfolio is with the panel. Thank you.")
                });
            },
        )
    };
    // Once the view is sent, the eye goes on to what the others found.
    let sent = review.state == ReviewState::Sent;
    let before = use_mut_ref(|| sent);
    use_effect_with(sent, move |sent| {
        if *sent && !before.replace(true) {
            focus("others");
        }
    });
    use_effect_with(sending.trouble.clone(), {
        let (problems, pressed, count) = (problems.setter(), pressed.setter(), *pressed);
        let value = draft.value.clone();
        move |trouble| {
            if let Some(error) = trouble.as_ref().filter(|e| !e.may_pass()) {
                problems.set(form_problems(error, |pointer| field_of(pointer, &value)));
                pressed.set(count + 1);
            }
        }
    });
    let press = {
        let (value, problems, pressed) = (draft.value.clone(), problems.setter(), pressed.clone());
        let sending = sending.clone();
        Callback::from(move |()| {
            match value.clone().complete(&secured) {
                Ok(_) => {
                    problems.set(Vec::new());
                    sending.run(());
                }
                Err(needed) => {
                    sending.clear();
                    problems.set(needed.iter().map(problem_of).collect());
                }
            }
            pressed.set(*pressed + 1);
        })
    };
    use_shortcuts({
        let (press, editable) = (press.clone(), detail.editable);
        move |shortcut| {
            let sends = shortcut == Shortcut::Send && editable;
            if sends {
                press.emit(());
            }
            sends
        }
    });
    // What was put right is no longer said at its field.
    let still: Vec<FormProblem> = match draft.value.clone().complete(&secured) {
        Ok(_) => Vec::new(),
        Err(needed) => needed.iter().map(problem_of).collect(),
    };
    let at_field = |field: &str| {
        let holds = still.iter().any(|p| p.field == field) || sending.trouble.is_some();
        problem_at(&problems, field).filter(|_| holds)
    };

    let name = review.mentor.given_name.as_str();
    html! {
        <aside id="notes" aria-label="My notes on the four standards" class="flow" tabindex="0">
            <div class="row x">
                <h2 class="q1">{ "What you found" }</h2>
                <SaveState save={draft.save.clone()} />
            </div>
            if let Some((theirs, etag)) = &*other {
                { two_texts(&draft, theirs, etag, &other, &known) }
            }
            <ErrorSummary
                problems={(*problems).clone()}
                sent={*pressed}
                title="Before it goes to the panel"
            />
            { for Standard::ALL.iter().map(|s| {
                let change = {
                    let (draft, s) = (draft.clone(), *s);
                    Callback::from(move |judgement: DraftJudgement| {
                        draft.change(|value| *value.judgements.get_mut(s) = Some(judgement));
                    })
                };
                html! {
                    <OneStandard
                        key={s.code()}
                        standard={*s}
                        name={name.to_owned()}
                        secured={*secured.get(*s)}
                        editable={detail.editable}
                        judgement={draft.value.judgements.get(*s).clone()}
                        passages={passages(detail, *s)}
                        has_text={!detail.edition.pieces.is_empty()}
                        review={id}
                        error={at_field(&judge_id(*s))}
                        help_error={at_field(&help_id(*s))}
                        onchange={change}
                        onblur={draft.blur()}
                        on_passage={props.on_passage.clone()}
                    />
                }
            }) }
            <div class="rub flow t">
                if detail.editable {
                    <TextArea
                        id="for-panel"
                        label="For the panel only"
                        hint={format!("{name} will not see this.")}
                        placeholder="Anything you would say in the room"
                        rows=2
                        maxlength={8000}
                        value={draft.value.for_panel.to_string()}
                        oninput={{
                            let draft = draft.clone();
                            Callback::from(move |text: String| draft.change(|value| value.for_panel = taken(&text)))
                        }}
                        onblur={draft.blur()}
                    />
                } else if !draft.value.for_panel.is_blank() {
                    <p><strong>{ "For the panel only" }</strong></p>
                    <p class="prewrap">{ draft.value.for_panel.as_str() }</p>
                }
            </div>
            if let Some(error) = sending.trouble.as_ref().filter(|e| e.may_pass()) {
                <Trouble title="Your view is not sent yet" detail={error.sentence()} again={press.clone()} />
            }
            if detail.editable {
                { ready(&draft.value, &secured, sent) }
                <Button kind={if sent { ButtonKind::Quiet } else { ButtonKind::Main }} busy={sending.running} onclick={press}>
                    { match (sending.running, sent) {
                        (true, _) => "Sending",
                        (false, false) => "Send my view",
                        (false, true) => "Send my change",
                    } }
                </Button>
            }
            if sent { <Others others={detail.others.clone()} /> }
            if detail.editable { <Aside review={review.clone()} /> }
        </aside>
    }
}

/// What is still to do before the view can go, or what it comes to.
fn ready(draft: &ReviewDraft, secured: &PerStandard<bool>, sent: bool) -> Html {
    match draft.clone().complete(secured) {
        Ok(_) if sent => html! {
            <p class="sm mut">{ "If you change something, send it again: the panel sees what you sent last." }</p>
        },
        Ok(judgements) => {
            let comes_to = match judgements.recommendation() {
                Recommendation::Award => "It says: award.",
                Recommendation::FurtherEvidence => "It says: a little more, with your suggestions.",
            };
            html! { <Note tone={Tone::Good}><p><strong>{ "Your view is ready to send." }</strong>{ " " }{ comes_to }</p></Note> }
        }
        Err(needed) => {
            let standards = needed.iter().filter(|n| matches!(n, StillNeeded::Judgement(_))).count();
            let words = match (standards, needed.as_slice().len() - standards) {
                (0, 1) => "One suggestion still wants words.".to_owned(),
                (0, n) => sentence(&format!("{} suggestions still want words.", number(n))),
                (1, _) => "One standard still to look at.".to_owned(),
                (n, _) => sentence(&format!("{} standards still to look at.", number(n))),
            };
            html! {
                <Note tone={Tone::More} icon="circle-dashed">
                    <p><strong>{ words }</strong>{ " Then your view is ready to send." }</p>
                </Note>
            }
        }
    }
}

/// A passage that the mentor linked to a standard.
#[derive(Clone, PartialEq)]
struct Shown {
    entry: EntryId,
    anchor: String,
    words: String,
    shows: Option<String>,
}

fn passages(detail: &ReviewDetail, s: Standard) -> Vec<Shown> {
    let of_entry = |link: &SealedLink| link.standard == s;
    detail
        .edition
        .entries()
        .flat_map(|entry| entry.links.iter().filter(|link| of_entry(link)).map(move |link| (entry, link)))
        .map(|(entry, link)| Shown {
            entry: entry.id,
            anchor: match link.passage {
                Some(_) => format!("at-{}", link.id),
                None => format!("shows-{}", link.id),
            },
            words: match link.passage {
                Some(passage) => quoted(&entry.text, passage),
                None => format!("All of “{}”", crate::parts::entry_name(entry)),
            },
            shows: link.shows.clone(),
        })
        .collect()
}

#[derive(Properties, PartialEq)]
struct OneStandardProps {
    standard: Standard,
    name: String,
    secured: bool,
    editable: bool,
    judgement: Option<DraftJudgement>,
    passages: Vec<Shown>,
    /// Whether there is a text, and not paper alone.
    has_text: bool,
    review: ReviewId,
    error: Option<AttrValue>,
    help_error: Option<AttrValue>,
    onchange: Callback<DraftJudgement>,
    onblur: Callback<()>,
    on_passage: Callback<(EntryId, String)>,
}

#[component]
fn OneStandard(props: &OneStandardProps) -> Html {
    let OneStandardProps { standard: s, judgement, .. } = props;
    let s = *s;
    let text = Framework::current().standard(s);
    // Words that were written stay while one looks what the other choice would be like.
    let words = use_mut_ref(|| (DraftText::<2000>::default(), DraftText::<4000>::default()));
    if let Some(DraftJudgement::MoreNeeded { already_there, would_help }) = judgement {
        *words.borrow_mut() = (already_there.clone(), would_help.clone());
    }
    let choose = {
        let (onchange, words) = (props.onchange.clone(), words.clone());
        Callback::from(move |value: AttrValue| {
            let (already_there, would_help) = words.borrow().clone();
            onchange.emit(match value.as_str() {
                "evidenced" => DraftJudgement::Evidenced,
                _ => DraftJudgement::MoreNeeded { already_there, would_help },
            });
        })
    };
    let there = {
        let (onchange, words) = (props.onchange.clone(), words.clone());
        Callback::from(move |text: String| {
            let (_, would_help) = words.borrow().clone();
            onchange.emit(DraftJudgement::MoreNeeded { already_there: taken(&text), would_help });
        })
    };
    let help = {
        let (onchange, words) = (props.onchange.clone(), words);
        Callback::from(move |text: String| {
            let (already_there, _) = words.borrow().clone();
            onchange.emit(DraftJudgement::MoreNeeded { already_there, would_help: taken(&text) });
        })
    };
    let chosen = judgement.as_ref().map(|judgement| match judgement {
        DraftJudgement::Evidenced => AttrValue::Static("evidenced"),
        DraftJudgement::MoreNeeded { .. } => AttrValue::Static("more"),
    });
    html! {
        <div class="rub flow t" id={format!("standard-{s}")}>
            <div class="row x">
                <StandardMark number={usize::from(s.number())} />
                if props.secured { <Tag tone={Tone::Good} icon="shield-check">{ "Secured" }</Tag> }
            </div>
            <p class="sm mut">{ &text.summary }</p>
            if props.passages.is_empty() && props.has_text {
                <p class="sm">{ "No passage is linked to it." }</p>
            } else if props.has_text {
                <Details summary={count(props.passages.len(), "passage", "passages")}>
                    <ul class="flow t passages">
                        { for props.passages.iter().map(|shown| {
                            let onclick = {
                                let (on_passage, to) = (props.on_passage.clone(), (shown.entry, shown.anchor.clone()));
                                Callback::from(move |event: MouseEvent| {
                                    event.prevent_default();
                                    on_passage.emit(to.clone());
                                })
                            };
                            html! {
                                <li class="sm">
                                    <a href={format!("{}#{}", Route::Review(props.review.to_string().into()).path(), shown.anchor)} {onclick} dir="auto">{ &shown.words }</a>
                                    if let Some(shows) = &shown.shows { <br /><span class="mut" dir="auto">{ shows }</span> }
                                </li>
                            }
                        }) }
                    </ul>
                </Details>
            }
            if props.secured {
                <p class="sm">{ "An earlier panel found it evidenced, and it stays so. There is nothing to do here." }</p>
            } else if !props.editable {
                { closed(judgement.as_ref()) }
            } else {
                <Segmented
                    id={judge_id(s)}
                    legend={format!("Standard {}, {}", s.number(), s.short_title())}
                    quiet=true
                    options={judgement_choices()}
                    value={chosen}
                    onchange={choose}
                    error={props.error.clone()}
                />
                if let Some(DraftJudgement::MoreNeeded { already_there, would_help }) = judgement {
                    <fieldset class="flow t">
                        <legend>{ format!("A suggestion for {}", props.name) }</legend>
                        <p class="hint row n t"><Icon name="eye" />{ format!("{} will see this. Start with what is already there.", props.name) }</p>
                        <TextArea
                            id={there_id(s)}
                            label="What is already there"
                            aside="If you like"
                            rows=2
                            maxlength={2000}
                            value={already_there.to_string()}
                            oninput={there}
                            onblur={props.onblur.clone()}
                        />
                        <TextArea
                            id={help_id(s)}
                            label="What would help"
                            rows=3
                            maxlength={4000}
                            value={would_help.to_string()}
                            oninput={help}
                            onblur={props.onblur.clone()}
                            error={props.help_error.clone()}
                        />
                    </fieldset>
                }
            }
        </div>
    }
}

/// What was found, when nothing can be changed any more.
fn closed(judgement: Option<&DraftJudgement>) -> Html {
    match judgement {
        None => Html::default(),
        Some(DraftJudgement::Evidenced) => {
            html! { <p><Tag tone={Tone::Good} icon="circle-check">{ "Evidenced" }</Tag></p> }
        }
        Some(DraftJudgement::MoreNeeded { already_there, would_help }) => html! {
            <>
                <p><Tag tone={Tone::More} icon="circle-plus">{ "A little more" }</Tag></p>
                if !already_there.is_blank() {
                    <p class="prewrap"><strong>{ "What is already there: " }</strong>{ already_there.as_str() }</p>
                }
                <p class="prewrap"><strong>{ "What would help: " }</strong>{ would_help.as_str() }</p>
            </>
        },
    }
}

/// Two devices wrote: both texts are there, and the reviewer chooses.
fn two_texts(
    draft: &Draft<ReviewDraft>,
    theirs: &ReviewDraft,
    etag: &Option<String>,
    other: &UseStateHandle<Other>,
    known: &Rc<RefCell<Option<ReviewDraft>>>,
) -> Html {
    let settle = |value: ReviewDraft| {
        let (draft, etag, other) = (draft.clone(), etag.clone(), other.setter());
        let (known, theirs) = (known.clone(), theirs.clone());
        Callback::from(move |()| {
            *known.borrow_mut() = Some(theirs.clone());
            draft.settle(value.clone(), etag.clone());
            other.set(None);
        })
    };
    let one = |label: &'static str, value: &ReviewDraft| {
        html! {
            <div class="flow t">
                <p><strong>{ label }</strong></p>
                <ul class="sm flow t">
                    { for Standard::ALL.iter().map(|s| html! {
                        <li class="prewrap">
                            <StandardMark number={usize::from(s.number())} />{ " " }
                            { match value.judgements.get(*s) {
                                None => "not looked at yet".to_owned(),
                                Some(DraftJudgement::Evidenced) => "Evidenced".to_owned(),
                                Some(DraftJudgement::MoreNeeded { already_there, would_help }) =>
                                    format!("A little more. {already_there} {would_help}"),
                            } }
                        </li>
                    }) }
                    if !value.for_panel.is_blank() { <li class="prewrap"><Icon name="lock" />{ " " }{ value.for_panel.as_str() }</li> }
                </ul>
            </div>
        }
    };
    html! {
        <Note tone={Tone::More} icon="refresh-cw" title="Your notes were changed on another device as well." live=true>
            <p class="sm">{ "Both are here. Which shall go on?" }</p>
            { one("Written here", &draft.value) }
            { one("Written there", theirs) }
            <p class="row t">
                <Button small=true onclick={settle(draft.value.clone())}>{ "Go on with mine here" }</Button>
                <Button small=true kind={ButtonKind::Quiet} onclick={settle(theirs.clone())}>{ "Go on with the other" }</Button>
            </p>
        </Note>
    }
}

#[derive(Properties, PartialEq)]
struct OthersProps {
    others: Vec<OtherReading>,
}

/// What the other readers found, after one's own view is sent.
#[component]
fn Others(props: &OthersProps) -> Html {
    html! {
        <section class="rub flow" aria-labelledby="others">
            <h2 id="others" class="q1" tabindex="-1">{ "What the others found" }</h2>
            if props.others.is_empty() {
                <p class="mut">{ "No other view is in yet. It stands here as soon as it is sent." }</p>
            }
            { for props.others.iter().map(|reading| html! {
                <div class="flow t" key={reading.reviewer.id.to_string()}>
                    <div class="row x">
                        <h3 class="q2">{ reading.reviewer.full() }</h3>
                        { match reading.recommendation {
                            Recommendation::Award => html! { <Tag tone={Tone::Good} icon="award">{ "Award" }</Tag> },
                            Recommendation::FurtherEvidence => html! { <Tag tone={Tone::More} icon="circle-plus">{ "A little more" }</Tag> },
                        } }
                    </div>
                    <ul class="flow t">
                        { for Standard::ALL.iter().filter_map(|s| Some((s, reading.judgements.get(*s).as_ref()?))).map(|(s, judgement)| html! {
                            <li>
                                <div class="row x">
                                    <StandardMark number={usize::from(s.number())} />
                                    <span class="sm">{ match judgement {
                                        Judgement::Evidenced => "Evidenced",
                                        Judgement::MoreNeeded { .. } => "A little more",
                                    } }</span>
                                </div>
                                if let Judgement::MoreNeeded { suggestion } = judgement {
                                    if !suggestion.already_there.is_blank() {
                                        <p class="sm prewrap"><strong>{ "Already there: " }</strong>{ suggestion.already_there.as_str() }</p>
                                    }
                                    <p class="sm prewrap"><strong>{ "Would help: " }</strong>{ suggestion.would_help.as_str() }</p>
                                }
                            </li>
                        }) }
                    </ul>
                    if !reading.for_panel.is_blank() {
                        <p class="sm prewrap"><Icon name="lock" />{ " For the panel: " }{ reading.for_panel.as_str() }</p>
                    }
                </div>
            }) }
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_lead_to_what_is_to_be_done() {
        let mut draft = ReviewDraft::default();
        assert_eq!(field_of("/judgements/s3", &draft).unwrap(), "judge-s3");
        draft.judgements.s3 =
            Some(DraftJudgement::MoreNeeded { already_there: DraftText::default(), would_help: DraftText::default() });
        assert_eq!(field_of("/judgements/s3/would_help", &draft).unwrap(), "help-s3");
        assert_eq!(field_of("/for_panel", &draft), None);
        assert_eq!(looked_at(&draft, &PerStandard { s1: true, ..PerStandard::default() }), (1, 3));
    }

    #[test]
    fn what_no_keyboard_writes_is_left_out() {
        assert_eq!(taken::<5>("a\u{0}b\r\nc🪨de").as_str(), "ab\nc🪨");
    }
}
