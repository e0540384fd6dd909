//! Importing people and schools: choosing a file, checking what each row will do, and carrying it out. Reading the file
//! is the server's; the browser only sends it.

mod check;
mod fix;
mod letters;
mod rows;
mod run;
mod start;

pub use check::Import;
pub use letters::Letters;
pub use start::Imports;

use yew::prelude::*;

use crate::ui::Steps;

/// The three steps, and which one is now.
fn steps(at: usize) -> Html {
    html! { <Steps steps={["Choose a file", "Check it", "Import"].map(AttrValue::Static).to_vec()} {at} /> }
}

/// "1,020".
fn figure(n: i64) -> String {
    let plain = n.to_string();
    let mut text = String::new();
    for (at, digit) in plain.chars().enumerate() {
        if at > 0 && (plain.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "1 row", "1,020 rows".
fn rows_of(n: i64, one: &str, many: &str) -> String {
    format!("{} {}", figure(n), if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_grouped() {
        assert_eq!(figure(7), "7");
        assert_eq!(figure(999), "999");
        assert_eq!(figure(1020), "1,020");
        assert_eq!(figure(1_234_567), "1,234,567");
        assert_eq!(rows_of(1, "row", "rows"), "1 row");
        assert_eq!(rows_of(1020, "row", "rows"), "1,020 rows");
    }
}
