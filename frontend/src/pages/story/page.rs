//! The story: a box to write in, the four cairns, what could be done in three minutes, and the timeline.

use std::rc::Rc;

use cairn_shared::candidacy::CandidacySummary;
use cairn_shared::entry::{EntryState, EntrySummary, StoryOverview};
use cairn_shared::framework::Standard;
use cairn_shared::ids::EntryId;
use cairn_shared::round::RoundSummary;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::capture::use_capture;
use super::glance::{called, next_dates, opening, standing, suggestions};
use super::months::by_month;
use super::start::Start;
use crate::api::entry::Wanted;
use crate::api::{candidacy, entry, round};
use crate::art::OneCairn;
use crate::browser::{Timer, device, focus};
use crate::hooks::{LoadState, Shortcut, use_loaded, use_pages, use_shortcuts};
use crate::notices::use_notices;
use crate::parts::{CairnsFigure, StandardMark, standard_choices};
use crate::router::{Query, Route, navigate_with, set_query, use_query};
use crate::session::use_me;
use crate::ui::{
    Button, ButtonKind, Choice, Empty, Go, Icon, LoadMore, Note, Page, Picker, Prose, Save, SaveState, Skeleton, Tag,
    TextField, Tone, Trouble,
};
use crate::words::{Day, Moment, greeting};

const OFF_KEY: &str = "cairn-suggestions-off";

/// Whether the story's page makes suggestions on this device.
pub fn suggests() -> bool {
    device::get(OFF_KEY).is_none()
}

/// Turns the suggestions on or off on this device.
pub fn let_suggest(on: bool) {
    if on {
        device::remove(OFF_KEY);
    } else {
        device::set(OFF_KEY, "1");
    }
}

/// My story.
#[component]
pub fn Story() -> Html {
    let me = use_me();
    let notices = use_notices();
    let overview = use_loaded((), |()| entry::overview());
    let candidacies = use_loaded((), |()| candidacy::mine());
    let rounds = use_loaded((), |()| round::list_rounds());
    // Counted so that what was kept leaves an empty box, and a list that is loaded anew.
    let kept = use_reducer_eq(Turn::default);

    let stones = |story: &StoryOverview| Standard::ALL.iter().map(|s| *story.stones.get(*s)).collect::<Vec<u32>>();
    let counts = overview.value().map(|story| stones(&story));
    // A cairn that has grown since the last look lets its stone settle.
    let before = use_mut_ref(|| None::<Vec<u32>>);
    let fresh = match (&*before.borrow(), &counts) {
        (Some(old), Some(new)) => old.iter().zip(new).position(|(old, new)| new > old),
        _ => None,
    };
    use_effect_with(counts.clone(), {
        let before = before.clone();
        move |counts| {
            if counts.is_some() {
                before.replace(counts.clone());
            }
        }
    });

    let on_kept = {
        let (kept, overview) = (kept.dispatcher(), overview.reloader());
        Callback::from(move |id: EntryId| {
            let anew = {
                let (kept, overview) = (kept.clone(), overview.clone());
                move || {
                    kept.dispatch(());
                    overview.emit(());
                }
            };
            anew();
            let undo = Callback::from(move |()| {
                let anew = anew.clone();
                spawn_local(async move {
                    let _ = entry::set_state(&id, EntryState::Draft).await;
                    anew();
                });
            });
            notices.say_with_undo("It is in your story.", undo);
        })
    };

    let counts = counts.map(|stones| [0, 1, 2, 3].map(|i| stones[i] as usize));
    let today = Day::today();
    let school = me.schools.first().map(|school| school.school_name.to_string());
    let rounds = rounds.value();
    let all = candidacies.value();
    html! {
        <Page title="My story">
            <div class="split e stretch">
                <div class="flow space">
                    <div class="flow t">
                        <p class="eyebrow">
                            { today.long() }
                            if let Some(school) = school { { " · " }{ school } }
                        </p>
                        <h1>{ format!("{}, {}", greeting(Moment::now()), me.name.given_name) }</h1>
                        if let Some(all) = &all {
                            <Standings candidacies={(**all).clone()} rounds={rounds.as_deref().cloned().unwrap_or_default()} />
                        }
                    </div>
                    <CaptureBox key={kept.0} {on_kept} />
                </div>
                { match (&overview.state, counts) {
                    (LoadState::Problem(error), _) => html! {
                        <Trouble title="Your cairns did not come" detail={error.sentence()} again={overview.reloader()} />
                    },
                    (_, Some(counts)) => html! { <CairnsFigure {counts} {fresh} /> },
                    _ => html! { <Skeleton label="Loading your cairns" lines=5 /> },
                } }
            </div>
            if all.as_ref().is_some_and(|all| all.is_empty()) {
                <div class="gap-top-l"><Start onstarted={candidacies.reloader()} /></div>
            }
            if let LoadState::Problem(error) = &candidacies.state {
                <div class="gap-top-l">
                    <Trouble title="We could not see what you are working towards" detail={error.sentence()} again={candidacies.reloader()} />
                </div>
            }
            <div class="split gap-top-l">
                <aside class="flow stick first" aria-label="Suggestions for you">
                    if let Some(story) = overview.value() { <Suggestions story={(*story).clone()} /> }
                    if let Some(rounds) = &rounds { <NextDates rounds={(**rounds).clone()} /> }
                    if let Some(all) = all.filter(|all| all.len() == 1) {
                        <Start onstarted={candidacies.reloader()} beside={all[0].qualification} />
                    }
                </aside>
                <Timeline turn={kept.0} />
            </div>
        </Page>
    }
}

/// A number that goes on.
#[derive(Default, PartialEq)]
struct Turn(u32);

impl Reducible for Turn {
    type Action = ();

    fn reduce(self: Rc<Self>, (): ()) -> Rc<Self> {
        Rc::new(Self(self.0 + 1))
    }
}

#[derive(Properties, PartialEq)]
struct StandingsProps {
    candidacies: Vec<CandidacySummary>,
    rounds: Vec<RoundSummary>,
}

/// Where one stands, in a sentence for each qualification.
#[component]
fn Standings(props: &StandingsProps) -> Html {
    let today = Day::today().0;
    html! {
        { for props.candidacies.iter().map(|candidacy| {
            let it = standing(candidacy, &props.rounds, today);
            html! {
                <p class="mut lead">
                    { it.before }<strong>{ it.qualification }</strong>{ it.after }
                    if let Some((route, words)) = it.link { { " " }<Go to={route}>{ words }</Go> }
                </p>
            }
        }) }
    }
}

#[derive(Properties, PartialEq)]
struct CaptureBoxProps {
    on_kept: Callback<EntryId>,
}

const BOX: &str = "what-happened";

/// The box: two lines are plenty.
#[component]
fn CaptureBox(props: &CaptureBoxProps) -> Html {
    let capturing = use_capture(Vec::new(), props.on_kept.clone());
    let wanted = use_state_eq(|| false);
    let draft = capturing.draft.clone();
    let oninput = {
        let (draft, wanted) = (draft.clone(), wanted.setter());
        Callback::from(move |text| {
            wanted.set(false);
            draft.change(|capture| capture.text = text);
        })
    };
    let onsubmit = {
        let (capturing, wanted) = (capturing.clone(), wanted.setter());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if capturing.is_blank() {
                wanted.set(true);
                focus(BOX);
            } else {
                capturing.keep();
            }
        })
    };
    let more = {
        let capturing = capturing.clone();
        Callback::from(move |()| {
            let capturing = capturing.clone();
            spawn_local(async move {
                if capturing.is_blank() {
                    navigate_with(&Route::StoryNew, &Query::default());
                } else if capturing.draft.saved().await
                    && let Some(id) = capturing.entry()
                {
                    navigate_with(&Route::Entry(id.to_string().into()), &Query::default().with("edit", "1"));
                }
            });
        })
    };
    let quiet = matches!(draft.save, Save::Unchanged);
    html! {
        <form class="card cap flow t" {onsubmit}>
            <Prose
                id={BOX}
                label="What happened?"
                value={draft.value.text.clone()}
                {oninput}
                onblur={draft.blur()}
                rows=3
                placeholder="Two lines are plenty. You can come back to it."
                error={wanted.then_some(AttrValue::Static("Write a line first; it can be a short one"))}
            />
            if capturing.waits() {
                <Note tone={Tone::Info} icon="wifi-off" small=true live=true>
                    <p>{ "It goes into your story by itself as soon as there is a connection." }</p>
                </Note>
            }
            <div class="row bar x">
                <Button kind={ButtonKind::Text} icon="pencil-line" onclick={more}>{ "Say more" }</Button>
                <div class="row">
                    if quiet {
                        <span class="save hm"><Icon name="lock" />{ "Only you can see this" }</span>
                    }
                    <SaveState save={draft.save.clone()} />
                    <Button submit=true busy={capturing.is_going()}>{ "Keep it" }</Button>
                </div>
            </div>
        </form>
    }
}

#[derive(Properties, PartialEq)]
struct SuggestionsProps {
    story: StoryOverview,
}

/// What could be done in three minutes. Off in one tap.
#[component]
fn Suggestions(props: &SuggestionsProps) -> Html {
    let notices = use_notices();
    let on = use_state_eq(suggests);
    let all = suggestions(&props.story);
    if !*on || all.is_empty() {
        return Html::default();
    }
    let off = {
        let on = on.setter();
        Callback::from(move |()| {
            let_suggest(false);
            on.set(false);
            let on = on.clone();
            notices.say_with_undo(
                "Suggestions are off on this device. You find them in your account.",
                Callback::from(move |()| {
                    let_suggest(true);
                    on.set(true);
                }),
            );
        })
    };
    html! {
        <section class="card p" aria-labelledby="three-minutes">
            <h2 id="three-minutes" class="q2">{ "If you have three minutes" }</h2>
            <ul class="nud gap-top">
                { for all.into_iter().map(|it| html! {
                    <li>
                        <Icon name={it.icon} />
                        <span><Go to={it.route} query={it.query}>{ it.title }</Go><br /><span class="sm mut">{ it.detail }</span></span>
                    </li>
                }) }
            </ul>
            <p class="sm mut gap-top row t">
                { "Suggestions are never counted." }
                <button type="button" class="linkish" onclick={off.reform(|_: MouseEvent| ())}>{ "Turn them off" }</button>
            </p>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct NextDatesProps {
    rounds: Vec<RoundSummary>,
}

/// The next dates of the rounds.
#[component]
fn NextDates(props: &NextDatesProps) -> Html {
    let dates = next_dates(&props.rounds, Day::today().0);
    if dates.is_empty() {
        return Html::default();
    }
    html! {
        <section class="card p" aria-labelledby="next-dates">
            <h2 id="next-dates" class="q2">{ "Next dates" }</h2>
            <dl class="kv gap-top">
                { for dates.into_iter().map(|(date, words)| html! { <><dt>{ Day(date).short() }</dt><dd>{ words }</dd></> }) }
            </dl>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct TimelineProps {
    /// Changes when the list is to be loaded anew.
    turn: u32,
}

/// What the query of the address asks for.
fn wanted(query: &Query) -> Wanted {
    Wanted {
        standard: query.get("standard").and_then(|code| code.parse().ok()),
        search: query.get("search").unwrap_or_default().to_owned(),
        binned: false,
    }
}

/// Everything that was written, by month, the newest first.
#[component]
fn Timeline(props: &TimelineProps) -> Html {
    let query = use_query();
    let wanted = wanted(&query);
    let narrowed = wanted != Wanted::default();
    let list = use_pages((wanted.clone(), props.turn), |(wanted, _): (Wanted, u32), after| async move {
        entry::list(&wanted, after).await
    });
    let searching = use_state_eq(|| !wanted.search.is_empty());
    let sorting = use_state_eq(|| wanted.standard.is_some());
    let words = use_state_eq(|| wanted.search.clone());

    // The search follows the writing with a little distance.
    use_effect_with((*words).clone(), {
        let query = query.clone();
        move |words| {
            let changed = query.get("search").unwrap_or_default() != words.trim();
            let timer = changed.then(|| {
                let query = query.with("search", words.trim());
                Timer::after(300, move || set_query(&query))
            });
            move || drop(timer)
        }
    });

    // Opened by its key, the search takes the focus as soon as it is there.
    let by_key = use_mut_ref(|| false);
    use_effect_with(*searching, {
        let by_key = by_key.clone();
        move |open| {
            if *open && by_key.replace(false) {
                focus("search-story");
            }
        }
    });
    use_shortcuts({
        let (is_open, searching) = (*searching, searching.setter());
        move |shortcut| {
            let opens = shortcut == Shortcut::Search && !is_open;
            if opens {
                by_key.replace(true);
                searching.set(true);
            }
            opens
        }
    });

    let toggle_search = {
        let (searching, words, query) = (searching.clone(), words.setter(), query.clone());
        Callback::from(move |()| {
            if *searching {
                words.set(String::new());
                set_query(&query.with("search", ""));
            }
            searching.set(!*searching);
        })
    };
    let toggle_standards = {
        let (sorting, query) = (sorting.clone(), query.clone());
        Callback::from(move |()| {
            if *sorting {
                set_query(&query.with("standard", ""));
            }
            sorting.set(!*sorting);
        })
    };
    let choose = {
        let query = query.clone();
        Callback::from(move |chosen: Vec<AttrValue>| {
            let code = chosen.first().filter(|code| **code != "all").cloned().unwrap_or_default();
            set_query(&query.with("standard", &code));
        })
    };
    let clear = {
        let (searching, sorting, words) = (searching.setter(), sorting.setter(), words.setter());
        Callback::from(move |()| {
            searching.set(false);
            sorting.set(false);
            words.set(String::new());
            set_query(&Query::default());
        })
    };
    let chosen = wanted.standard.map_or(AttrValue::Static("all"), |standard| AttrValue::Static(standard.code()));
    let all: Vec<Choice> = std::iter::once(Choice::new("all", "All")).chain(standard_choices()).collect();
    let oninput = {
        let words = words.setter();
        Callback::from(move |text| words.set(text))
    };
    html! {
        <section class="flow" aria-labelledby="so-far">
            <div class="row x">
                <h2 id="so-far">{ "My story so far" }</h2>
                <div class="row t">
                    <Button kind={ButtonKind::Toggle} small=true icon="search" expanded={*searching} onclick={toggle_search}>{ "Search" }</Button>
                    <Button kind={ButtonKind::Toggle} small=true icon="chevron-down" expanded={*sorting} onclick={toggle_standards}>{ "Standards" }</Button>
                </div>
            </div>
            if *searching {
                <search>
                    <TextField id="search-story" label="Search my story" quiet=true kind="search" value={(*words).clone()} {oninput} placeholder="Words that you wrote" />
                </search>
            }
            if *sorting {
                <Picker id="by-standard" legend="Only what touches" quiet=true one=true options={all} chosen={vec![chosen]} onchange={choose} />
            }
            { match &list.state {
                LoadState::Loading => html! { <Skeleton label="Loading your story" lines=6 card=false /> },
                LoadState::Problem(error) => html! {
                    <Trouble title="Your story did not come" detail={error.sentence()} again={list.reload.clone()} />
                },
                LoadState::Loaded(entries) if entries.is_empty() && narrowed => html! {
                    <Empty title="Nothing with that yet" text="Try other words, or look at everything." level="h3" picture={html! { <OneCairn stones=0 /> }}>
                        <Button kind={ButtonKind::Quiet} onclick={clear}>{ "Show everything" }</Button>
                    </Empty>
                },
                LoadState::Loaded(entries) if entries.is_empty() => html! {
                    <Empty title="Lay the first stone" text="What did you notice this week, when you were with your trainee?" level="h3" picture={html! { <OneCairn stones=0 /> }}>
                        <Go to={Route::StoryNew} button={ButtonKind::Main} icon="pencil-line">{ "Write it" }</Go>
                    </Empty>
                },
                LoadState::Loaded(entries) => html! {
                    <ol class="path" aria-busy={list.reloading.then_some("true")}>
                        { for by_month(entries, |entry| entry.happened_on).into_iter().map(|month| html! {
                            <>
                                <li class="m">{ month.name }</li>
                                { for month.items.into_iter().map(|entry| html! { <Moments key={entry.id.to_string()} entry={entry.clone()} /> }) }
                            </>
                        }) }
                    </ol>
                },
            } }
            if let Some(error) = &list.trouble {
                <Trouble title="The rest did not come" detail={error.sentence()} again={list.reload.clone()} />
            }
            <div class="row x">
                <LoadMore more={list.more} busy={list.busy} onmore={list.load_more.clone()} label="Show earlier moments" />
                <Go to={Route::Bin} class="sm">{ "What is in the bin" }</Go>
            </div>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct MomentsProps {
    entry: EntrySummary,
}

/// One moment on the path.
#[component]
fn Moments(props: &MomentsProps) -> Html {
    let entry = &props.entry;
    let draft = entry.state == EntryState::Draft;
    let links = usize::try_from(entry.links).unwrap_or_default();
    html! {
        <li class={classes!(draft.then_some("d"))}>
            <article class="entry flow t">
                <p class="eyebrow">
                    { Day(entry.happened_on).long() }
                    if draft { { " · " }<Tag icon="pencil-line">{ "Draft" }</Tag> }
                </p>
                <h3><Go to={Route::Entry(entry.id.to_string().into())}>{ called(entry.title.as_ref(), entry.happened_on) }</Go></h3>
                <p class="txt">{ opening(entry) }</p>
                <div class="row touches">
                    { for entry.standards.iter().map(|standard| html! { <StandardMark number={usize::from(standard.number())} /> }) }
                    if links > 0 {
                        <span class="sm mut"><Icon name="link-2" />{ " " }{ crate::words::count(links, "linked passage", "linked passages") }</span>
                    }
                    if entry.evidence > 0 {
                        <span class="sm mut"><Icon name="paperclip" />{ " With something attached" }</span>
                    }
                </div>
            </article>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_says_what_is_wanted() {
        let query = Query::parse("?standard=s3&search=exit%20ticket");
        assert_eq!(
            wanted(&query),
            Wanted { standard: Some(Standard::S3), search: "exit ticket".into(), binned: false }
        );
        assert_eq!(wanted(&Query::parse("?standard=s9")), Wanted::default());
    }
}
