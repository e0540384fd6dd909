//! What becomes of what people write here.

use yew::prelude::*;

use crate::partnership::use_partnership;
use crate::router::Route;
use crate::ui::{Go, Page};
use crate::words::sentence;

/// The privacy notice.
#[component]
pub fn Privacy() -> Html {
    let partnership = use_partnership();
    html! {
        <Page title="Privacy">
            <article class="prose centre">
                <h1>{ "Privacy" }</h1>
                <p class="big-lead">{ "What you write is yours alone until you share it or send it. Wherever you write, the screen says who can see it." }</p>
                <p>
                    { sentence(&partnership.in_words()) }
                    { " runs this Cairn and answers for the personal data in it." }
                </p>

                <h2 class="q1">{ "Who can see what" }</h2>
                <ul>
                    <li>{ "Your story: you. A coordinator cannot open it." }</li>
                    <li>{ "What you send to the panel: the readers given to it, the chair and the coordinator. They see the copy that you sent, not what you write afterwards. Nobody with an interest in it, such as someone from your own school, is given it to read." }</li>
                    <li>{ "How far you have come: your school, and only if you agree." }</li>
                    <li>{ "An award: whoever holds your certificate or its code can check your name, the qualification, the date, and whether it is in force. They see nothing that you wrote." }</li>
                </ul>

                <h2 class="q1">{ "What we keep" }</h2>
                <ul>
                    <li>{ "Your name, email address, school, and what you do in the partnership." }</li>
                    <li>{ "What you write and attach. Photographs lose the place and the camera’s data when they are sent." }</li>
                    <li>{ "What the panel said and decided." }</li>
                    <li>{ "A list of people that a coordinator brings in: for 30 days, then it goes. Whoever was on it is told by an invitation." }</li>
                    <li>{ "A list of changes to submissions, reviews, decisions, awards and roles: who did what, and when. It holds no text of yours." }</li>
                </ul>
                <p>{ "Trainees have no account here, and are called by their initials. Pupils are not named, and a file in which a pupil can be recognised is never sent on." }</p>

                <h2 class="q1">{ "What your device keeps" }</h2>
                <ul>
                    <li>{ "One cookie that keeps you signed in: 30 days after your last visit on your own device, 30 minutes on a shared one. It ends when you sign out." }</li>
                    <li>{ "On your own device: text that has not reached us yet, until it has." }</li>
                    <li>{ "Whether you chose light or dark." }</li>
                </ul>
                <p>{ "There is no advertising, no tracking, and nothing here is loaded from anyone else’s computers." }</p>

                <h2 class="q1">{ "What you can do" }</h2>
                <ul>
                    <li>{ "Change your name and your address, and see where you are signed in." }</li>
                    <li>{ "Ask us for a copy of everything of yours, also after you have left the partnership." }</li>
                    <li>{ "Ask us to close your account. The register keeps the name, qualification, date and number of an award, so that your certificate can still be checked." }</li>
                    <li>{ "Ask us to put right what is wrong about you, or object to how it is used." }</li>
                </ul>
                <p>
                    { "You do the first in " }<Go to={Route::Settings}>{ "your account" }</Go>
                    { ". For the others, " }<Go to={Route::Help}>{ "ask us" }</Go>
                    { ". If you are not content with the answer, you may go to the " }
                    <a href="https://ico.org.uk/make-a-complaint/">{ "Information Commissioner’s Office" }</a>{ "." }
                </p>
            </article>
        </Page>
    }
}
