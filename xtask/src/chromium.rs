//! Finding the browser of the journeys. Each test starts it by itself, with a profile of its own.

use std::path::PathBuf;

use crate::{prerequisites::Prerequisite, process};

/// The environment variable that names a browser, read here and set for the journeys.
pub const VARIABLE: &str = "CAIRN_CHROMIUM";

/// For [`crate::prerequisites::provide`]. The headless shell is Chromium without windows: the same pages, with a third
/// less work.
pub const PREREQUISITE: Prerequisite =
    Prerequisite { name: "Chromium", packages: &["chromium-headless-shell"], is_here: || find().is_some() };

/// The one that `CAIRN_CHROMIUM` names, or the first that this machine has.
pub fn find() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(VARIABLE) {
        return Some(PathBuf::from(named)).filter(|path| path.is_file());
    }
    let on_path = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
    let on_a_mac = [
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ];
    on_path
        .iter()
        .find_map(|name| process::find_on_path(name))
        .or_else(|| on_a_mac.iter().map(PathBuf::from).find(|path| path.is_file()))
}
