//! Everybody who is invited, with what they answered; and answering for who telephones.

use cairn_shared::celebration::{CelebrationDetail, Invitation, InvitedAs, InvitedGuest, Reply};
use cairn_shared::ids::{CelebrationId, InvitationId};
use yew::prelude::*;

use super::reply::ReplyForm;
use super::reply_tag;
use crate::api;
use crate::hooks::use_loaded;
use crate::notices::use_notices;
use crate::parts::framed;
use crate::router::Route;
use crate::ui::{
    Back, Button, ButtonKind, Cell, Choice, Column, Dialog, Icon, Page, PageHeader, RowHead, SelectField, Table,
    Trouble,
};
use crate::words::count;

/// Of which celebration.
#[derive(Properties, PartialEq)]
pub struct GuestsProps {
    /// Its id.
    pub id: CelebrationId,
}

/// What the page stands on.
#[derive(Clone, PartialEq)]
struct Invited {
    celebration: CelebrationDetail,
    guests: Vec<InvitedGuest>,
}

/// Everybody who is invited.
#[component]
pub fn Guests(props: &GuestsProps) -> Html {
    let notices = use_notices();
    let load = use_loaded(props.id, |id| async move {
        let celebration = api::celebration::read(id).await?.value;
        Ok(Invited { celebration, guests: api::celebration::guests(id).await? })
    });
    let shown = use_state_eq(|| AttrValue::Static(""));
    let answering = use_state_eq(|| None::<InvitationId>);
    let close = {
        let answering = answering.setter();
        Callback::from(move |()| answering.set(None))
    };
    framed(&load, "Guests", |invited| {
        let Invited { celebration, guests } = invited;
        let wanted: Option<Reply> = shown.parse().ok();
        let listed: Vec<&InvitedGuest> =
            guests.iter().filter(|guest| wanted.is_none_or(|reply| guest.invitation.reply == reply)).collect();
        let open = guests.iter().find(|guest| Some(guest.invitation.id) == *answering);
        let onanswer = {
            let (load, close, notices) = (load.clone(), close.clone(), notices.clone());
            Callback::from(move |_: Invitation| {
                close.emit(());
                load.reload();
                notices.say("Their answer is saved.");
            })
        };
        html! {
            <Page title="Guests">
                <div class="flow l">
                    <PageHeader
                        title="Guests"
                        back={html! { <Back to={Route::Celebration(celebration.id.to_string().into())}>{ celebration.title.to_string() }</Back> }}
                        lead={html! { { celebration.plan.as_ref().map(|plan| format!("{} of {} are taken.", plan.heads, count(plan.places.into(), "place", "places"))).unwrap_or_default() } }}
                    />
                    if let Some(error) = &load.trouble {
                        <Trouble title="What you see may be a little old" detail={error.sentence()} again={load.reloader()} />
                    }
                    <SelectField
                        id="shown"
                        label="Show"
                        class="narrow"
                        blank="Everybody"
                        options={vec![
                            Choice::new(Reply::Coming.code(), "Who is coming"),
                            Choice::new(Reply::Unanswered.code(), "Who has not answered"),
                            Choice::new(Reply::Waiting.code(), "Who waits for a place"),
                            Choice::new(Reply::NotComing.code(), "Who is not coming"),
                        ]}
                        value={(*shown).clone()}
                        onchange={{ let shown = shown.setter(); Callback::from(move |value: AttrValue| shown.set(value)) }}
                    />
                    <p class="sm mut" role="status">{ count(listed.len(), "invitation", "invitations") }</p>
                    <Table
                        caption="Guests"
                        columns={vec![Column::new("Name"), Column::new("Answer"), Column::new("With"), Column::new("Needs"), Column::new("Photographs"), Column::new("Table"), Column::quiet("What to do")]}
                    >
                        { for listed.iter().map(|guest| row(guest, &answering)) }
                    </Table>
                    if let Some(guest) = open {
                        <Dialog open=true title={format!("The answer of {}", guest.person.full())} onclose={close.clone()}>
                            <ReplyForm key={guest.invitation.id.to_string()} invitation={guest.invitation.clone()} guests={celebration.guests_each} of={guest.person.given_name.to_string()} {onanswer} again={load.reloader()} />
                        </Dialog>
                    }
                </div>
            </Page>
        }
    })
}

fn row(guest: &InvitedGuest, answering: &UseStateHandle<Option<InvitationId>>) -> Html {
    let invitation = &guest.invitation;
    let open = {
        let (answering, id) = (answering.setter(), invitation.id);
        Callback::from(move |()| answering.set(Some(id)))
    };
    let as_what = match invitation.invited_as {
        InvitedAs::Awarded => guest.awards.iter().map(|award| award.letters()).collect::<Vec<_>>().join(", "),
        InvitedAs::SchoolLead => "School lead".to_owned(),
    };
    let coming = invitation.reply == Reply::Coming;
    let needs: Vec<String> = [invitation.diet.to_string(), invitation.access.to_string()]
        .into_iter()
        .filter(|text| !text.trim().is_empty())
        .collect();
    html! {
        <tr key={invitation.id.to_string()}>
            <RowHead>
                <strong dir="auto">{ guest.person.full() }</strong><br />
                <span class="sm mut">{ [guest.school.clone().unwrap_or_default(), as_what].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ") }</span>
            </RowHead>
            <Cell label="Answer">{ reply_tag(invitation.reply) }</Cell>
            { told("With", &invitation.guests.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")) }
            { told("Needs", &needs.join("; ")) }
            { told("Photographs", match (coming, invitation.photos) { (true, true) => "Yes", (true, false) => "No", _ => "" }) }
            { told("Table", &invitation.table.map(|table| table.to_string()).unwrap_or_default()) }
            <Cell>
                <Button kind={ButtonKind::Quiet} small=true onclick={open}><Icon name="pencil-line" />{ "Answer for them" }<span class="vh">{ format!(" – {}", guest.person.full()) }</span></Button>
            </Cell>
        </tr>
    }
}

/// A cell, which on a phone is not there where it would be empty.
fn told(label: &'static str, text: &str) -> Html {
    if text.is_empty() {
        return html! { <td class="nothing"></td> };
    }
    html! { <Cell {label}><span dir="auto">{ text.to_owned() }</span></Cell> }
}
