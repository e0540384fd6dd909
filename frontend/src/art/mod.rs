//! The drawings: the ridge of four cairns, one cairn, contour lines, the sign, the badges. All are decoration
//! (`aria-hidden`); the words beside them carry what they mean.

pub mod draw;
mod random;

use draw::{Cairn, RIDGE, TURF, contours, far_fells, grass, logo, near_fells, ridge_cairn, ridge_x};
use yew::prelude::*;

use crate::assets::asset;

fn stones(cairn: &Cairn, class: &str, fresh: Option<usize>) -> Html {
    let ink = format!("ink {}i", class.rsplit(' ').next().unwrap_or_default());
    html! {
        <>
            { for cairn.stones.iter().enumerate().map(|(i, stone)| {
                let new = (fresh == Some(i)).then_some("new");
                html! {
                    <>
                        <path class={classes!(class.to_owned(), new)} d={stone.outline.clone()} />
                        <path class={classes!(ink.clone(), new)} d={stone.ink.clone()} />
                    </>
                }
            }) }
            if let Some(next) = &cairn.next { <path class="ghost" d={next.clone()} /> }
        </>
    }
}

/// The ridge.
#[derive(Properties, PartialEq)]
pub struct RidgeProps {
    /// How many stones each of the four cairns has. More than six are drawn as six.
    pub counts: [usize; 4],
    /// The cairn (0 to 3) whose topmost stone was laid just now, and settles.
    #[prop_or_default]
    pub fresh: Option<usize>,
}

/// The four cairns on the ridge.
#[component]
pub fn Ridge(props: &RidgeProps) -> Html {
    let land = use_memo((), |()| [far_fells(), near_fells(), grass()]);
    html! {
        <svg class="ridge" viewBox={format!("0 0 {} {}", RIDGE.0, RIDGE.1)} preserveAspectRatio="xMidYMax meet" aria-hidden="true" focusable="false">
            <path class="far" d={land[0].clone()} />
            <path class="mid" d={land[1].clone()} />
            <path class="turf" d={TURF} />
            <path class="grass" d={land[2].clone()} />
            { for props.counts.iter().enumerate().map(|(i, count)| {
                let (x, n) = (ridge_x(i).to_string(), i + 1);
                let fresh = (props.fresh == Some(i)).then(|| count.min(&6).saturating_sub(1));
                html! {
                    <>
                        { stones(&ridge_cairn(i, *count), &format!("st c{n}"), fresh) }
                        <g class="peg">
                            <circle cx={x.clone()} cy="244" r="12.5" class={format!("p{n}")} />
                            <text {x} y="249.5">{ n }</text>
                        </g>
                    </>
                }
            }) }
        </svg>
    }
}

/// One cairn.
#[derive(Properties, PartialEq)]
pub struct OneCairnProps {
    /// How many stones. None is an invitation: the dashed place of the first.
    pub stones: usize,
    /// Which cairn; any number.
    #[prop_or(6)]
    pub seed: u32,
    /// Whether the place of the next stone is drawn.
    #[prop_or_default]
    pub next: bool,
    /// More classes.
    #[prop_or_default]
    pub class: Classes,
}

/// One cairn on a patch of turf.
#[component]
pub fn OneCairn(props: &OneCairnProps) -> Html {
    let mut cairn = draw::cairn(70.0, 150.0, props.stones, props.seed, 1.1);
    if !props.next && props.stones > 0 {
        cairn = cairn.without_next();
    }
    // No sky over a low cairn: what stands above it would move down for nothing.
    let top = if props.stones == 0 { 96.0 } else { (cairn.top - 8.0).clamp(0.0, 96.0) };
    let view = format!("0 {top} 140 {}", 162.0 - top);
    html! {
        <svg class={props.class.clone()} viewBox={view} aria-hidden="true" focusable="false">
            <path class="turf" d="M4 152q66 -14 132 0l-10 8H14Z" />
            { stones(&cairn, "st", None) }
        </svg>
    }
}

/// Contour lines.
#[derive(Properties, PartialEq)]
pub struct ContoursProps {
    /// Which landscape; any number.
    #[prop_or(12)]
    pub seed: u32,
    /// How wide it is drawn.
    #[prop_or(1200)]
    pub width: u32,
    /// How high it is drawn.
    #[prop_or(760)]
    pub height: u32,
    /// How many lines.
    #[prop_or(10)]
    pub levels: u32,
}

/// Contour lines behind a `.hero`, a `.card` or a `.cert`.
#[component]
pub fn Contours(props: &ContoursProps) -> Html {
    let size = (props.width, props.height, props.seed, props.levels);
    let drawn = use_memo(size, |(w, h, seed, levels)| contours(*w, *h, *seed, *levels));
    html! {
        <svg class="contour" viewBox={format!("0 0 {} {}", props.width, props.height)} preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">
            <path d={drawn.thin.clone()} />
            <path class="tk" d={drawn.thick.clone()} />
        </svg>
    }
}

/// The sign.
#[component]
pub fn Logo() -> Html {
    let drawn = use_memo((), |()| logo());
    html! {
        <svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            { for drawn.iter().enumerate().map(|(i, d)| html! { <path class={format!("l{i}")} d={d.clone()} /> }) }
        </svg>
    }
}

/// A badge.
#[derive(Properties, PartialEq)]
pub struct BadgeProps {
    /// `qms` or `qlms`.
    pub kind: AttrValue,
    /// What it shows, in words; empty where the words stand beside it.
    #[prop_or_default]
    pub alt: AttrValue,
    /// How wide and high, in pixels.
    #[prop_or(130)]
    pub size: u32,
    /// More classes (`medal` fills the width that there is).
    #[prop_or_default]
    pub class: Classes,
}

/// A badge.
#[component]
pub fn Badge(props: &BadgeProps) -> Html {
    let size = props.size.to_string();
    html! {
        <img class={props.class.clone()} src={asset(&format!("art/badge-{}.svg", props.kind))} alt={props.alt.clone()} width={size.clone()} height={size} />
    }
}
