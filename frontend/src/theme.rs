//! Light, dark, or as the device has it. Kept on the device; `theme.js` applies it before the first paint.

use crate::browser::{device, document};

/// How the app looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device has it.
    #[default]
    Device,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

const KEY: &str = "cairn-theme";

impl Theme {
    /// The word for it, as it is kept and as a form names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of that name.
    pub fn parse(name: &str) -> Self {
        match name {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::Device,
        }
    }

    /// What this device keeps.
    pub fn kept() -> Self {
        device::get(KEY).map_or(Self::Device, |name| Self::parse(&name))
    }

    /// Keeps it and applies it at once.
    pub fn keep(self) {
        match self {
            Self::Device => device::remove(KEY),
            _ => {
                device::set(KEY, self.name());
            }
        }
        self.apply();
    }

    /// Applies it.
    pub fn apply(self) {
        if let Some(root) = document().document_element() {
            let _ = match self {
                Self::Device => root.remove_attribute("data-theme"),
                _ => root.set_attribute("data-theme", self.name()),
            };
        }
    }
}
