//! A table that becomes a stack of cards on a phone: each cell says there what its column was called.

use yew::prelude::*;

/// One column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// What it is called.
    pub name: AttrValue,
    /// Whether only readers of screens hear it, as for a column of buttons.
    pub quiet: bool,
    /// Whether numbers stand in it: then its name is set at the right, as they are.
    pub number: bool,
}

impl Column {
    /// A column with a visible name.
    pub fn new(name: impl Into<AttrValue>) -> Self {
        Self { name: name.into(), quiet: false, number: false }
    }

    /// A column whose name is only heard.
    pub fn quiet(name: impl Into<AttrValue>) -> Self {
        Self { name: name.into(), quiet: true, number: false }
    }

    /// A column of numbers.
    pub fn number(name: impl Into<AttrValue>) -> Self {
        Self { name: name.into(), quiet: false, number: true }
    }
}

/// A table.
#[derive(Properties, PartialEq)]
pub struct TableProps {
    /// What it is about; only heard, unless `shown`.
    pub caption: AttrValue,
    /// Whether the caption is seen.
    #[prop_or_default]
    pub shown: bool,
    /// Its columns.
    pub columns: Vec<Column>,
    /// More classes.
    #[prop_or_default]
    pub class: Classes,
    /// Its rows: `<tr><RowHead>…</RowHead><Cell label="To read">…</Cell></tr>`.
    pub children: Html,
}

/// A table that becomes a stack of cards on a phone.
#[component]
pub fn Table(props: &TableProps) -> Html {
    html! {
        <table class={classes!("stack", props.class.clone())}>
            <caption class={classes!((!props.shown).then_some("vh"))}>{ &props.caption }</caption>
            <thead>
                <tr>
                    { for props.columns.iter().map(|column| html! {
                        <th scope="col" class={classes!(column.number.then_some("n"))}>
                            if column.quiet { <span class="vh">{ &column.name }</span> } else { { &column.name } }
                        </th>
                    }) }
                </tr>
            </thead>
            <tbody>{ props.children.clone() }</tbody>
        </table>
    }
}

/// The first cell of a row.
#[derive(Properties, PartialEq)]
pub struct RowHeadProps {
    /// What the row is about.
    pub children: Html,
}

/// The first cell of a row.
#[component]
pub fn RowHead(props: &RowHeadProps) -> Html {
    html! { <th scope="row">{ props.children.clone() }</th> }
}

/// A cell.
#[derive(Properties, PartialEq)]
pub struct CellProps {
    /// What its column is called, for the stack. Leave it out for a cell of buttons.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    /// Whether it is a number, set at the right.
    #[prop_or_default]
    pub number: bool,
    /// What stands in it.
    #[prop_or_default]
    pub children: Html,
}

/// A cell.
#[component]
pub fn Cell(props: &CellProps) -> Html {
    html! {
        <td class={classes!(props.number.then_some("n"))} data-l={props.label.clone()}>
            <span>{ props.children.clone() }</span>
        </td>
    }
}
