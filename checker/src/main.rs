//! Carries the checker into WebAssembly, where the page calls [`cairn_checker::check`]. It does nothing by itself.

use cairn_checker as _;

fn main() {}
