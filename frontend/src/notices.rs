//! The toast that says what just happened and offers to undo it. One at a time.

use yew::prelude::*;

use crate::ui::Toast;

/// Something that just happened.
#[derive(Clone, PartialEq)]
struct Notice {
    text: AttrValue,
    undo: Option<Callback<()>>,
    serial: u32,
}

/// Says what just happened. Get it with [`use_notices`].
#[derive(Clone, PartialEq)]
pub struct Notices(Callback<(AttrValue, Option<Callback<()>>)>);

impl Notices {
    /// Says it.
    pub fn say(&self, text: impl Into<AttrValue>) {
        self.0.emit((text.into(), None));
    }

    /// Says it and offers to undo it.
    pub fn say_with_undo(&self, text: impl Into<AttrValue>, undo: Callback<()>) {
        self.0.emit((text.into(), Some(undo)));
    }
}

/// What stands inside the notices.
#[derive(Properties, PartialEq)]
pub struct NoticesProviderProps {
    /// The app.
    pub children: Html,
}

/// Shows notices and lets everything inside say them.
#[component]
pub fn NoticesProvider(props: &NoticesProviderProps) -> Html {
    let shown = use_state(|| None::<Notice>);
    let serial = use_mut_ref(|| 0_u32);
    let notices = use_memo((), {
        let shown = shown.setter();
        move |()| {
            Notices(Callback::from(move |(text, undo)| {
                *serial.borrow_mut() += 1;
                shown.set(Some(Notice { text, undo, serial: *serial.borrow() }));
            }))
        }
    });
    let close = use_callback((), {
        let shown = shown.setter();
        move |(), ()| shown.set(None)
    });
    html! {
        <ContextProvider<Notices> context={(*notices).clone()}>
            { props.children.clone() }
            // The region is there from the beginning: readers of screens only hear what changes inside one.
            <div role="status">
                if let Some(notice) = &*shown {
                    <Toast key={notice.serial} text={notice.text.clone()} undo={notice.undo.clone()} onclose={close} />
                }
            </div>
        </ContextProvider<Notices>>
    }
}

/// A way to say what just happened.
///
/// # Panics
/// Outside [`NoticesProvider`].
#[hook]
pub fn use_notices() -> Notices {
    use_context::<Notices>().expect("inside the notices provider")
}
