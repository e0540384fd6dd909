//! How accessible this is, and what is not yet.

use yew::prelude::*;

use crate::partnership::use_partnership;
use crate::router::Route;
use crate::ui::{Go, Page};

/// The accessibility statement.
#[component]
pub fn Accessibility() -> Html {
    let partnership = use_partnership();
    html! {
        <Page title="Accessibility">
            <article class="prose centre">
                <h1>{ "Accessibility" }</h1>
                <p class="big-lead">
                    { "Everyone who mentors should be able to use Cairn: on a phone in a corridor, with a keyboard alone, with a screen reader, with large text, on a tired evening." }
                </p>
                <p>
                    { "This statement is about the Cairn of " }{ partnership.in_words() }
                    { ". We build it to the Web Content Accessibility Guidelines 2.2 at level AA." }
                </p>

                <h2 class="q1">{ "What you can rely on" }</h2>
                <ul>
                    <li>{ "Everything works with a keyboard. You always see where you are, and nothing needs dragging: wherever you can drag, there are buttons too." }</li>
                    <li>{ "Text grows to 400 % and fits a screen 320 pixels wide without scrolling sideways, apart from wide tables of dates, which scroll by themselves." }</li>
                    <li>{ "Colour never says anything alone. The four standards have a number and a name; every state has a picture and words." }</li>
                    <li>{ "Light or dark as your device has it, or as you choose in your account. More contrast and less motion follow your device." }</li>
                    <li>{ "No password is needed to sign in, nothing has to be remembered or copied by hand, and you may paste everywhere." }</li>
                    <li>{ "What you write saves itself. Nothing is lost because you were slow, and no form runs out while you are writing." }</li>
                    <li>{ "Single-key shortcuts are off until you turn them on." }</li>
                    <li>{ "Drawings such as the four cairns repeat what stands in words beside them." }</li>
                    <li>{ "A portfolio on paper counts the same as one on the screen." }</li>
                </ul>

                <h2 class="q1">{ "What is not as good as it should be" }</h2>
                <ul>
                    <li>{ "Files that people attach are their own: a photograph of a display board may have no description beyond its caption, a recording no written twin. We ask for captions; we cannot promise them." }</li>
                    <li>{ "Linking a passage of your writing to a standard needs you to select words. With a screen reader this works best in the plain text box, with Shift and the arrow keys." }</li>
                    <li>{ "The certificate is laid out for A4 paper. Its words also stand on the page that checks an award." }</li>
                    <li>{ "We check our pages ourselves, with automatic tools and by keyboard. Nobody from outside has tested them yet." }</li>
                </ul>

                <h2 class="q1">{ "If something is in your way" }</h2>
                <p>
                    { "Tell your coordinator what you were trying to do; you need not know why it did not work. Until it is mended they can do it with you, or take your portfolio on paper. " }
                    <Go to={Route::Help}>{ "Help and contact" }</Go>
                </p>
                <p>
                    { "If you are not content with the answer, the " }
                    <a href="https://www.equalityadvisoryservice.com/">{ "Equality Advisory and Support Service" }</a>
                    { " can advise you." }
                </p>
            </article>
        </Page>
    }
}
