//! Whether there is a connection.

use yew::prelude::*;

use crate::browser::{Listener, is_online, window};

/// Whether the browser believes that it has a connection, and again when that changes.
#[hook]
pub fn use_online() -> bool {
    let online = use_state_eq(is_online);
    use_effect_with((), {
        let online = online.setter();
        move |()| {
            let heard = ["online", "offline"].map(|name| {
                let online = online.clone();
                Listener::on(&window(), name, move |_| online.set(is_online()))
            });
            move || drop(heard)
        }
    });
    *online
}
