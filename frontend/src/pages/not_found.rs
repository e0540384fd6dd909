//! An address that means nothing here.

use yew::prelude::*;

use crate::art::OneCairn;
use crate::router::Route;
use crate::session::use_session;
use crate::ui::{ButtonKind, Go, Page};

/// There is no path here.
#[component]
pub fn NotFound() -> Html {
    let back = if use_session().me().is_some() { "Back to where you were working" } else { "Back to the beginning" };
    html! {
        <Page title="There is no path here">
            <div class="read centre">
                <div class="card empty flow">
                    <OneCairn stones=0 />
                    <h1 class="h2">{ "There is no path here" }</h1>
                    <p class="mut">{ "The page may have moved, or it is not yours to open. Nothing of yours is lost." }</p>
                    <div class="row mid">
                        <Go to={Route::Home} button={ButtonKind::Main}>{ back }</Go>
                        <Go to={Route::Help} button={ButtonKind::Text}>{ "Tell us what you were after" }</Go>
                    </div>
                </div>
            </div>
        </Page>
    }
}
