//! What goes with an entry: files on their way, files that are there, web links. A file counts for nothing by itself;
//! what counts is what the text makes of it.

use std::rc::Rc;

use cairn_shared::entry::{AttachLink, EditEvidence, EntryDetail, Evidence as Piece, EvidenceKind, Pupils};
use cairn_shared::ids::{EntryId, EvidenceId};
use cairn_shared::text::Line;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;
use yew::prelude::*;

use crate::api::{Key, Loaded, Sent, Upload, Why, entry};
use crate::browser::{Listener, Timer, by_id, document, focus, window};
use crate::hooks::{use_action, use_id, use_key, use_loaded};
use crate::parts::{kind_of, open_file};
use crate::ui::{Button, ButtonKind, Choice, Drop, Icon, Note, Progress, Segmented, Tag, TextField, Tone, Trouble};
use crate::words::size;

/// The most bytes of a file.
const MOST_BYTES: u64 = 50_000_000;
/// What the browser offers to choose. Where it says JPEG, a phone turns its own format into it.
const ACCEPT: &str = "image/jpeg,image/png,image/webp,.pdf,.docx,.pptx,.txt,audio/mpeg,audio/mp4,audio/ogg,audio/webm,.mp3,.m4a,.mp4,.ogg,.webm";
const KINDS: &str = "Photos (JPEG, PNG, WebP), PDF, Word, PowerPoint, plain text and recordings (MP3, M4A, MP4, OGG, WebM). Up to 50 MB each. Please use initials, and no pupils in photographs.";
const NO_CONNECTION: &str = "There is no connection just now. The file is still on your device.";
/// How long a piece that was taken away can be brought back, in milliseconds.
const UNDO: u32 = 10_000;

/// What goes with an entry.
#[derive(Properties, PartialEq)]
pub struct EvidenceProps {
    /// The entry.
    pub entry: EntryId,
    /// What is there.
    pub pieces: Vec<Piece>,
    /// Told what the server has now.
    pub onchange: Callback<Loaded<EntryDetail>>,
}

/// A file on its way.
#[derive(Clone)]
struct Going {
    serial: u32,
    file: File,
    upload: Upload,
    key: Key,
    sent: Option<Sent>,
    /// Why it did not go, and whether it may be tried again.
    trouble: Option<(String, bool)>,
}

#[derive(Default)]
struct Queue(Vec<Going>);

enum Step {
    Set(Box<Going>),
    Came(u32, Sent),
    Stuck(u32, String, bool),
    Gone(u32),
}

impl Reducible for Queue {
    type Action = Step;

    fn reduce(self: Rc<Self>, step: Step) -> Rc<Self> {
        let mut all = self.0.clone();
        match step {
            Step::Set(going) => match all.iter_mut().find(|one| one.serial == going.serial) {
                Some(one) => *one = *going,
                None => all.push(*going),
            },
            Step::Came(serial, sent) => {
                all.iter_mut().filter(|one| one.serial == serial).for_each(|one| one.sent = Some(sent));
            }
            Step::Stuck(serial, why, again) => {
                all.iter_mut()
                    .filter(|one| one.serial == serial)
                    .for_each(|one| one.trouble = Some((why.clone(), again)));
            }
            Step::Gone(serial) => all.retain(|one| one.serial != serial),
        }
        Rc::new(Self(all))
    }
}

/// What speaks against sending a file, on the face of it.
fn too_large(bytes: u64) -> Option<String> {
    (bytes > MOST_BYTES).then(|| {
        format!("It is {} and the most is 50 MB. It is still on your device; a smaller copy will do.", size(bytes))
    })
}

/// "Sending 64%, 3 of 5 MB".
fn progress(sent: Option<Sent>, bytes: u64) -> String {
    match sent {
        None => "Getting ready".to_owned(),
        Some(sent) if sent.of > 0 && sent.bytes >= sent.of => "Sent. One moment, it is being looked at".to_owned(),
        Some(sent) => {
            let of = sent.of.max(1);
            format!("Sending {}%, {} of {}", sent.bytes * 100 / of, size(sent.bytes), size(bytes.max(sent.bytes)))
        }
    }
}

/// What a piece is called: by its caption, its name, or its address.
fn called(piece: &Piece) -> String {
    match (&piece.caption, &piece.kind) {
        (Some(caption), _) => caption.to_string(),
        (None, EvidenceKind::File { name, .. }) => name.to_string(),
        (None, EvidenceKind::Link { url }) => url.clone(),
    }
}

/// What goes with an entry.
#[component]
pub fn Evidence(props: &EvidenceProps) -> Html {
    let queue = use_reducer(Queue::default);
    let serial = use_mut_ref(|| 0_u32);
    let open = use_state_eq(|| false);
    // The piece that has just come: it asks about pupils at once.
    let newest = use_state_eq(|| None::<EvidenceId>);
    let entry = props.entry;

    let send = {
        let (queue, onchange, newest) = (queue.dispatcher(), props.onchange.clone(), newest.setter());
        Callback::from(move |going: Going| {
            let going = Going { sent: None, trouble: None, ..going };
            queue.dispatch(Step::Set(Box::new(going.clone())));
            let (queue, onchange, newest) = (queue.clone(), onchange.clone(), newest.clone());
            spawn_local(async move {
                let serial = going.serial;
                let progress = {
                    let queue = queue.clone();
                    Callback::from(move |sent| queue.dispatch(Step::Came(serial, sent)))
                };
                match entry::attach(&entry, &going.file, &going.upload, &going.key, progress).await {
                    Ok(now) => {
                        queue.dispatch(Step::Gone(serial));
                        newest.set(now.value.evidence.iter().map(|piece| piece.id).max());
                        onchange.emit(now);
                    }
                    Err(error) if error.why == Why::Cancelled => queue.dispatch(Step::Gone(serial)),
                    Err(error) => {
                        let again = error.may_pass() || error.status == 401;
                        let why = match error.why {
                            Why::Offline | Why::Timeout => NO_CONNECTION.to_owned(),
                            _ => error.sentence(),
                        };
                        queue.dispatch(Step::Stuck(serial, why, again));
                    }
                }
            });
        })
    };
    let onfiles = {
        let (queue, send) = (queue.dispatcher(), send.clone());
        Callback::from(move |files: Vec<File>| {
            for file in files {
                *serial.borrow_mut() += 1;
                let bytes = file.size() as u64;
                let serial = *serial.borrow();
                let going = Going { serial, file, upload: Upload::new(), key: Key::new(), sent: None, trouble: None };
                match too_large(bytes) {
                    Some(why) => queue.dispatch(Step::Set(Box::new(Going { trouble: Some((why, false)), ..going }))),
                    None => send.emit(going),
                }
            }
        })
    };

    // While something is on its way, closing the page asks first.
    let busy = queue.0.iter().any(|going| going.trouble.is_none());
    use_effect_with(busy, |busy| {
        let heard = busy.then(|| Listener::on(&window(), "beforeunload", |event| event.prevent_default()));
        move || drop(heard)
    });

    let toggle = {
        let open = open.clone();
        Callback::from(move |()| open.set(!*open))
    };
    html! {
        <section aria-labelledby="goes-with">
            <h2 id="goes-with" class="q2">{ "What goes with it" }</h2>
            if !props.pieces.is_empty() || !queue.0.is_empty() {
                <ul class="att-l gap-top">
                    { for props.pieces.iter().map(|piece| html! {
                        <Attached key={piece.id.to_string()} piece={piece.clone()} asks={*newest == Some(piece.id)} onchange={props.onchange.clone()} />
                    }) }
                    { for queue.0.iter().map(|going| html! {
                        <li key={going.serial} class="att">{ on_its_way(going, &queue.dispatcher(), &send) }</li>
                    }) }
                </ul>
            }
            <Button kind={ButtonKind::Quiet} small=true class="gap-top" icon="paperclip" expanded={*open} onclick={toggle}>{ "Attach" }</Button>
            if *open {
                <div class="flow gap-top">
                    <Drop label="Drop photos, recordings or documents here" hint={KINDS} accept={ACCEPT} {onfiles} />
                    <WebLink {entry} onchange={props.onchange.clone()} />
                </div>
            }
        </section>
    }
}

fn on_its_way(going: &Going, queue: &UseReducerDispatcher<Queue>, send: &Callback<Going>) -> Html {
    let (name, bytes, serial) = (going.file.name(), going.file.size() as u64, going.serial);
    let gone = {
        let queue = queue.clone();
        Callback::from(move |()| queue.dispatch(Step::Gone(serial)))
    };
    match &going.trouble {
        None => {
            let stop = {
                let upload = going.upload.clone();
                Callback::from(move |()| upload.cancel())
            };
            let sent = going.sent.unwrap_or_default();
            html! {
                <>
                    <span class="th"><Icon name="cloud-upload" /></span>
                    <span class="grow">
                        <span dir="auto">{ &name }</span>
                        <Progress value={sent.bytes} max={sent.of.max(1)} label={progress(going.sent, bytes)} />
                    </span>
                    <Button kind={ButtonKind::Quiet} small=true icon="x" label={format!("Stop sending {name}")} onclick={stop} />
                </>
            }
        }
        Some((why, again)) => {
            let retry = {
                let (send, going) = (send.clone(), going.clone());
                Callback::from(move |()| send.emit(Going { upload: Upload::new(), ..going.clone() }))
            };
            html! {
                <>
                    <span class="th"><Icon name="triangle-alert" /></span>
                    <span class="grow flow t">
                        <span dir="auto">{ &name }</span>
                        <span role="status"><Tag tone={Tone::Bad} icon="triangle-alert">{ "Could not send" }</Tag><br /><span class="sm">{ why }</span></span>
                        if *again {
                            <Button kind={ButtonKind::Quiet} small=true class="start" icon="refresh-cw" onclick={retry}>{ "Try again" }</Button>
                        }
                    </span>
                    <Button kind={ButtonKind::Quiet} small=true icon="x" label={format!("Leave {name} out")} onclick={gone} />
                </>
            }
        }
    }
}

#[derive(Properties, PartialEq)]
struct AttachedProps {
    piece: Piece,
    /// Whether it has just come.
    asks: bool,
    onchange: Callback<Loaded<EntryDetail>>,
}

/// How a piece was taken away: it goes for good after a while, unless it is brought back.
#[derive(Clone, Copy, PartialEq)]
enum Stay {
    Here,
    Leaving,
}

/// Something that is attached.
#[component]
fn Attached(props: &AttachedProps) -> Html {
    let piece = &props.piece;
    let id = piece.id;
    let name = called(piece);
    let open = use_state_eq(|| props.asks);
    let stay = use_state_eq(|| Stay::Here);
    let trouble = use_state_eq(|| None::<String>);
    let row = use_id("piece");
    let pictured = matches!(piece.kind, EvidenceKind::File { thumbnail: true, .. });
    let small = use_loaded((id, pictured), |(id, pictured)| async move {
        Ok(if pictured { entry::ticket(&id).await?.thumbnail_url } else { None })
    });
    let small = small.value().and_then(|url| (*url).clone());

    let remove = use_action(move |()| async move { entry::remove_evidence(&id).await }, {
        let onchange = props.onchange.clone();
        move |now| onchange.emit(now)
    });
    // It goes when its time is up, but not while somebody is still at it; and when the page is left.
    use_effect_with(*stay, {
        let (row, remove) = (row.clone(), remove.runner());
        move |stay| {
            let leaving = *stay == Stay::Leaving;
            let done = Rc::new(std::cell::Cell::new(!leaving));
            let timer = Rc::new(std::cell::RefCell::new(None::<Timer>));
            if leaving {
                wait(&row, &timer, &done, &remove);
            }
            move || {
                timer.take();
                if !done.replace(true) {
                    // Brought back: the row is here still. Left: it is not.
                    if by_id(&row).is_none() {
                        spawn_local(async move {
                            let _ = entry::remove_evidence(&id).await;
                        });
                    }
                }
            }
        }
    });

    if *stay == Stay::Leaving {
        let back = {
            let stay = stay.setter();
            Callback::from(move |()| stay.set(Stay::Here))
        };
        return html! {
            <li class="att" id={row.clone()}>
                <span class="th"><Icon name="x" /></span>
                <span class="grow" role="status">{ format!("“{name}” is taken away.") }</span>
                if let Some(error) = &remove.trouble { <span class="sm msg">{ error.sentence() }</span> }
                <Button id={format!("{row}-undo")} kind={ButtonKind::Text} icon="undo-2" label={format!("Undo: bring back {name}")} onclick={back}>{ "Undo" }</Button>
            </li>
        };
    }

    let take_away = {
        let (stay, row) = (stay.setter(), row.clone());
        Callback::from(move |()| {
            stay.set(Stay::Leaving);
            let undo = format!("{row}-undo");
            spawn_local(async move {
                crate::browser::sleep(50).await;
                focus(&undo);
            });
        })
    };
    let toggle = {
        let open = open.clone();
        Callback::from(move |()| open.set(!*open))
    };
    let (icon, meta) = match &piece.kind {
        EvidenceKind::File { media_type, bytes, .. } => {
            let (kind, icon) = kind_of(media_type);
            (icon, format!("{kind} · {}", size(u64::try_from(*bytes).unwrap_or_default())))
        }
        EvidenceKind::Link { .. } => ("link-2", "A page elsewhere on the web".to_owned()),
    };
    html! {
        <li class="att-item" id={row.clone()}>
            <div class="att">
                <span class="th">
                    if let Some(src) = small { <img {src} alt="" width="52" height="52" /> } else { <Icon name={icon} /> }
                </span>
                <span class="grow">
                    { match &piece.kind {
                        EvidenceKind::File { .. } => {
                            let onclick = {
                                let trouble = trouble.setter();
                                Callback::from(move |_: MouseEvent| open_file(id, trouble.clone()))
                            };
                            html! { <button type="button" class="linkish" dir="auto" {onclick}>{ &name }</button> }
                        }
                        EvidenceKind::Link { url } if url.starts_with("https://") || url.starts_with("http://") => html! {
                            <a href={url.clone()} target="_blank" rel="noopener noreferrer" dir="auto">{ &name }</a>
                        },
                        EvidenceKind::Link { .. } => html! { <span dir="auto">{ &name }</span> },
                    } }
                    <br />
                    <span class="sm mut">{ meta }</span>
                    { match piece.pupils {
                        Pupils::NotIdentifiable => Html::default(),
                        Pupils::Unanswered => html! { <><br /><Tag tone={Tone::More} icon="users">{ "Are pupils identifiable?" }</Tag></> },
                        Pupils::Identifiable => html! { <><br /><Tag tone={Tone::More} icon="users">{ "Stays out of what you send" }</Tag></> },
                    } }
                    <span class="sm msg" role="status">{ (*trouble).clone().unwrap_or_default() }</span>
                </span>
                <Button kind={ButtonKind::Quiet} small=true icon="ellipsis" label={format!("More about {name}")} expanded={*open} onclick={toggle} />
            </div>
            if *open { <About piece={piece.clone()} onchange={props.onchange.clone()} onremove={take_away} /> }
        </li>
    }
}

/// Waits until its time is up and nobody is at it.
fn wait(
    row: &AttrValue,
    timer: &Rc<std::cell::RefCell<Option<Timer>>>,
    done: &Rc<std::cell::Cell<bool>>,
    remove: &Callback<()>,
) {
    let (row, again, done, remove) = (row.clone(), timer.clone(), done.clone(), remove.clone());
    let next = Timer::after(UNDO, move || {
        let at_it = by_id(&row)
            .is_some_and(|row| document().active_element().is_some_and(|active| row.contains(Some(&active))));
        if at_it {
            wait(&row, &again, &done, &remove);
        } else if !done.replace(true) {
            remove.emit(());
        }
    });
    timer.replace(Some(next));
}

#[derive(Properties, PartialEq)]
struct AboutProps {
    piece: Piece,
    onchange: Callback<Loaded<EntryDetail>>,
    onremove: Callback<()>,
}

/// What is said of a piece: its caption, and whether pupils are identifiable.
#[component]
fn About(props: &AboutProps) -> Html {
    let piece = &props.piece;
    let id = piece.id;
    let field = use_id("caption");
    let pupils = use_id("pupils");
    let caption = use_state_eq(|| piece.caption.as_ref().map(ToString::to_string).unwrap_or_default());
    let problem = use_state_eq(|| None::<AttrValue>);
    let edit = use_action(move |change: EditEvidence| async move { entry::edit_evidence(&id, &change).await }, {
        let onchange = props.onchange.clone();
        move |now| onchange.emit(now)
    });
    let oninput = {
        let (caption, problem) = (caption.setter(), problem.setter());
        Callback::from(move |text| {
            problem.set(None);
            caption.set(text);
        })
    };
    let onblur = {
        let (edit, caption, problem, before) = (edit.clone(), caption.clone(), problem.setter(), piece.caption.clone());
        Callback::from(move |()| {
            let wanted = match caption.trim() {
                "" => None,
                text => match Line::new(text) {
                    Ok(line) => Some(line),
                    Err(why) => {
                        problem.set(Some(why.to_string().into()));
                        return;
                    }
                },
            };
            if wanted != before {
                edit.run(EditEvidence { caption: Some(wanted), pupils: None });
            }
        })
    };
    let answer = edit.runner().reform(|code: AttrValue| EditEvidence { caption: None, pupils: code.parse().ok() });
    let value = match piece.pupils {
        Pupils::Unanswered => None,
        answered => Some(AttrValue::Static(answered.code())),
    };
    html! {
        <div class="flow about-piece">
            <TextField
                id={field}
                label="Caption"
                hint="What a reader sees of it first. Names removed?"
                value={(*caption).clone()}
                {oninput}
                {onblur}
                maxlength=300
                error={(*problem).clone()}
            />
            <Segmented
                id={pupils}
                legend="Are pupils identifiable?"
                hint="With a yes, or without an answer, it stays out of what you send."
                options={vec![
                    Choice::new(Pupils::NotIdentifiable.code(), "No, nobody is"),
                    Choice::new(Pupils::Identifiable.code(), "Yes, someone could be"),
                ]}
                {value}
                onchange={answer}
            />
            if let Some(error) = edit.trouble.clone() {
                <Trouble title="That was not saved" detail={error.sentence()} />
            }
            <div class="row x">
                <span class="save" role="status">{ if edit.running { "Saving" } else { "" } }</span>
                <Button kind={ButtonKind::Text} icon="x" label={format!("Take it away: {}", called(piece))} onclick={props.onremove.clone()}>{ "Take it away" }</Button>
            </div>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct WebLinkProps {
    entry: EntryId,
    onchange: Callback<Loaded<EntryDetail>>,
}

const ADDRESS: &str = "web-address";

/// The address as it is meant: a bare one gets its beginning.
fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let bare = !text.contains("://");
    let whole = if bare { format!("https://{text}") } else { text.to_owned() };
    let rest = whole.strip_prefix("https://").or_else(|| whole.strip_prefix("http://"))?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let named = host.contains('.') && !host.starts_with('.') && !host.ends_with('.');
    (named && !whole.contains(char::is_whitespace)).then_some(whole)
}

/// Lets a page on the web go with it.
#[component]
fn WebLink(props: &WebLinkProps) -> Html {
    let url = use_state_eq(String::new);
    let caption = use_state_eq(String::new);
    let problem = use_state_eq(|| None::<AttrValue>);
    let key = use_key();
    let entry = props.entry;
    let attach = use_action(
        move |link: AttachLink| {
            let key = key.clone();
            async move { entry::attach_link(&entry, &link, &key).await }
        },
        {
            let (url, caption, onchange) = (url.setter(), caption.setter(), props.onchange.clone());
            move |now| {
                url.set(String::new());
                caption.set(String::new());
                onchange.emit(now);
            }
        },
    );
    let set = |state: &UseStateHandle<String>| {
        let (state, problem) = (state.setter(), problem.setter());
        Callback::from(move |text| {
            problem.set(None);
            state.set(text);
        })
    };
    let onsubmit = {
        let (url, caption, problem, attach) = (url.clone(), caption.clone(), problem.setter(), attach.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let line = address(&url).and_then(|url| Line::new(url).ok());
            match line {
                Some(url) => attach.run(AttachLink { url, caption: Line::new(caption.trim()).ok() }),
                None => {
                    problem.set(Some("Enter an address like https://school.example/plan".into()));
                    focus(ADDRESS);
                }
            }
        })
    };
    html! {
        <form class="flow t" {onsubmit} aria-label="Attach a web link">
            <TextField id={ADDRESS} label="Or a web link" kind="text" inputmode="url" autocomplete="off" spellcheck=false value={(*url).clone()} oninput={set(&url)} maxlength=2000 placeholder="https://" error={(*problem).clone()} />
            <TextField id="web-caption" label="What it is" aside="If you like" value={(*caption).clone()} oninput={set(&caption)} maxlength=300 />
            if let Some(error) = attach.trouble.clone() {
                <Note tone={Tone::Bad} small=true live=true><p>{ error.sentence() }</p></Note>
            }
            <Button submit=true kind={ButtonKind::Quiet} small=true class="start" icon="link-2" busy={attach.running}>{ "Attach the link" }</Button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_said_in_words() {
        assert_eq!(progress(None, 5_000_000), "Getting ready");
        assert_eq!(progress(Some(Sent { bytes: 3_200_000, of: 5_000_000 }), 5_000_000), "Sending 64%, 3.2 MB of 5 MB");
        assert!(progress(Some(Sent { bytes: 5, of: 5 }), 5).starts_with("Sent."));
        assert!(progress(Some(Sent { bytes: 0, of: 0 }), 0).starts_with("Sending 0%"));
    }

    #[test]
    fn what_is_too_large_is_said_before_it_is_sent() {
        assert_eq!(too_large(MOST_BYTES), None);
        assert!(too_large(62_000_000).is_some_and(|why| why.starts_with("It is 62 MB")));
    }

    #[test]
    fn addresses_are_of_the_web() {
        assert_eq!(address(" school.example/plan ").as_deref(), Some("https://school.example/plan"));
        assert_eq!(address("http://school.example").as_deref(), Some("http://school.example"));
        for text in
            ["", "plan", "javascript://school.example", "https://", "https://a b.example", "ftp://school.example"]
        {
            assert_eq!(address(text), None, "{text}");
        }
    }
}
