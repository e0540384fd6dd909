//! Starts Cairn's web app in the page that was loaded.

fn main() {
    cairn_frontend::start();
}
