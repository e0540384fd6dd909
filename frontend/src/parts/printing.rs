//! Printing all certificates of a round, or of an evening: a button, a bar that fills, and the document.

use cairn_shared::ids::PrintRunId;
use cairn_shared::print_run::{BeginPrintRun, PrintRun, PrintStage};
use yew::prelude::*;

use crate::api::{self, ApiError, Why};
use crate::browser::{hand_over, sleep};
use crate::hooks::use_action;
use crate::ui::{Button, ButtonKind, Icon, Note, Progress, Tone};
use crate::words::count;

/// How long to wait before asking again how far it is, in milliseconds.
const PAUSE: u32 = 400;

/// What is printed.
#[derive(Properties, PartialEq)]
pub struct PrintingProps {
    /// Whose certificates.
    pub of: BeginPrintRun,
    /// What the button says.
    pub label: AttrValue,
}

/// Printing certificates.
#[component]
pub fn Printing(props: &PrintingProps) -> Html {
    let run = use_state_eq(|| None::<PrintRun>);
    let print = {
        let (of, set, done) = (props.of, run.setter(), run.setter());
        use_action(
            move |()| {
                // Each press asks for certificates as they are by then.
                let (key, set) = (api::Key::new(), set.clone());
                set.set(None);
                async move { make(&of, &key, &set).await }
            },
            move |(now, document): (PrintRun, Vec<u8>)| {
                hand_over("certificates.pdf", "application/pdf", &document);
                done.set(Some(now));
            },
        )
    };
    html! {
        <div class="flow t">
            <Button kind={ButtonKind::Quiet} icon="printer" class="start" busy={print.running} onclick={print.runner()}>{ &props.label }</Button>
            if let Some(now) = run.as_ref().filter(|_| print.running) {
                <Progress
                    value={now.made.unsigned_abs()}
                    max={now.total.unsigned_abs()}
                    label={format!("Setting {} of {}", now.made, certificates(now))}
                />
            }
            // Told once it is done: a reader of screens has no use for each step.
            <div role="status" class="flow t">
                if let Some(now) = run.as_ref().filter(|_| !print.running && print.trouble.is_none()) {
                    <p class="sm"><Icon name="circle-check" />{ format!(" {} in one document, in your downloads.", certificates(now)) }</p>
                    if !now.left_out.is_empty() {
                        <Note tone={Tone::Info} title="Not in it">
                            <p>{ format!("{}. There is no typeface here for the letters on these certificates: those who look after Cairn can add one.", now.left_out.join(", ")) }</p>
                        </Note>
                    }
                }
                if let Some(error) = &print.trouble { <p class="sm msg"><Icon name="triangle-alert" />{ error.sentence() }</p> }
            </div>
        </div>
    }
}

fn certificates(run: &PrintRun) -> String {
    count(run.total.unsigned_abs() as usize, "certificate", "certificates")
}

async fn make(
    of: &BeginPrintRun,
    key: &api::Key,
    set: &UseStateSetter<Option<PrintRun>>,
) -> Result<(PrintRun, Vec<u8>), ApiError> {
    let mut now = api::print_run::begin(of, key).await?;
    let id: PrintRunId = now.id;
    while now.stage == PrintStage::Making {
        set.set(Some(now.clone()));
        sleep(PAUSE).await;
        now = api::print_run::read(id).await?;
    }
    set.set(Some(now.clone()));
    if now.stage == PrintStage::Stopped {
        return Err(ApiError::without_answer(Why::Timeout));
    }
    Ok((now, api::print_run::document(id).await?))
}
