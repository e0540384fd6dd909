//! Help: short answers, and whom to ask.

use yew::prelude::*;

use crate::partnership::use_partnership;
use crate::router::Route;
use crate::ui::{Details, Go, Page};

/// Help and contact.
#[component]
pub fn Help() -> Html {
    let partnership = use_partnership();
    html! {
        <Page title="Help and contact">
            <article class="prose centre">
                <h1>{ "Help and contact" }</h1>
                <p class="big-lead">
                    { "Ask your coordinator: the person in " }{ partnership.in_words() }
                    { " who invited you. They would sooner hear from you than have you wonder." }
                </p>

                <h2 class="q1">{ "Coming in" }</h2>
                <Details summary="I have no account">
                    <p>{ "Your school’s mentor coordinator or the university invites you, by email. If you mentor a trainee and nothing has come, tell the coordinator which email address you use at school." }</p>
                </Details>
                <Details summary="The sign-in link has not come, or does not work">
                    <p>{ "Look where unwanted mail goes. A link works once, within half an hour; " }<Go to={Route::SignIn}>{ "ask for a new one" }</Go>{ " whenever you like. If nothing comes at all, the coordinator can see which address we know." }</p>
                </Details>
                <Details summary="My email address has changed">
                    <p>{ "Give the new one under " }<Go to={Route::Settings}>{ "Your account" }</Go>{ ". A link goes to it, and once you open that, it is the one that you sign in with. If you no longer come in at all, the coordinator puts it right." }</p>
                </Details>
                <Details summary="Should I say that this is my own device?">
                    <p>{ "Yes, if nobody else uses it: you stay signed in, and what you write without a connection is kept on it. On the computer in the staffroom, no: you are signed out after half an hour, and nothing stays behind." }</p>
                </Details>

                <h2 class="q1">{ "Writing" }</h2>
                <Details summary="What should I write?">
                    <p>{ "A moment with your trainee, as you would tell it to a colleague. Two lines are plenty. There is no template, and you can come back to it." }</p>
                </Details>
                <Details summary="What is a stone?">
                    <p>{ "A passage of your writing that you linked to one of the four standards, with a sentence that says why. A file alone is no stone: what counts is what you make of it. A cairn stops at six stones, because then it is better to choose than to add." }</p>
                </Details>
                <Details summary="May I use photographs and names?">
                    <p>{ "Please use initials for trainees, and leave pupils out of photographs. A file in which a pupil can be recognised stays out of what you send." }</p>
                </Details>
                <Details summary="Can I do it on paper?">
                    <p>{ "Yes. Where you send your portfolio, say that it is on paper; print its cover sheet, put it on the front, and hand it in. It counts as sent from the day you register it. Whoever receives it notes so, and you see where it is under “Sent”. It is read with the same care." }</p>
                </Details>

                <h2 class="q1">{ "The panel" }</h2>
                <Details summary="When is something due?">
                    <p>{ "Never. There are three rounds a year. What comes after a round has closed goes to the next one by itself, and we tell you so." }</p>
                </Details>
                <Details summary="What can come of it?">
                    <p>{ "The award, or a little more: suggestions for what would help, standard by standard. What the panel has found shown stays shown. You may send again as often as you like." }</p>
                </Details>
                <Details summary="Can I take it back?">
                    <p>{ "Yes, until the readers begin. And you can go on writing at any time: the readers have the copy that you sent." }</p>
                </Details>

                <h2 class="q1">{ "The keyboard" }</h2>
                <Details summary="Are there shortcuts?">
                    <p><kbd>{ "Ctrl" }</kbd>{ "+" }<kbd>{ "Enter" }</kbd>{ " sends what you are writing. Single keys, such as " }<kbd>{ "N" }</kbd>{ " for the next page, are off until you turn them on in " }<Go to={Route::Settings}>{ "your account" }</Go>{ ", where they are all listed." }</p>
                </Details>

                <h2 class="q1">{ "Awards" }</h2>
                <Details summary="How does somebody check a certificate?">
                    <p>{ "With the code on it, on the page that " }<a href="/verify">{ "verifies a certificate" }</a>{ ". It needs no account." }</p>
                </Details>
            </article>
        </Page>
    }
}
