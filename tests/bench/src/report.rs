//! What was found, as it is written down; and, until all of it is there, what there is so far.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::{client::Figures, grow::Held, operations::Contestant};

/// What was found.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// What was measured and how: what is found for something else is not mixed with it.
    pub key: String,
    /// The machine.
    pub machine: Machine,
    /// Of each size.
    pub sizes: BTreeMap<u32, OfSize>,
    /// The web app's files as they travel, compressed, in bytes.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub web: BTreeMap<String, u64>,
    /// The web app on a slow phone, in milliseconds.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub phone: BTreeMap<String, f64>,
}

/// The machine, as far as it explains a figure.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Machine {
    /// Cores.
    pub cores: usize,
    /// Which processor.
    pub processor: String,
    /// Memory, in gigabytes.
    pub memory: f64,
    /// The kernel.
    pub kernel: String,
    /// The compiler.
    pub rustc: String,
    /// What was measured.
    pub commit: String,
    /// The load of the machine when it began: figures of a busy one are lower.
    pub load: f64,
}

/// What was found at one size.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct OfSize {
    /// What there is.
    pub held: Held,
    /// Of each database.
    pub databases: BTreeMap<Contestant, OfDatabase>,
    /// Of each operation.
    pub operations: Vec<OfOperation>,
    /// Of what is done once, by its name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub once: BTreeMap<String, BTreeMap<Contestant, Once>>,
}

/// What was found of something that is done once, in milliseconds.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Once {
    /// What it is held against: the same work in memory, with nothing around it.
    pub floor: f64,
    /// How long it took.
    pub took: f64,
    /// The longest time that it took.
    pub longest: f64,
}

impl Once {
    /// One turn.
    pub fn of(floor: f64, took: f64) -> Self {
        Self { floor, took, longest: took }
    }

    /// The medians of several turns.
    pub fn median(turns: &[Self]) -> Self {
        let sorted = |of: fn(&Self) -> f64| {
            let mut all: Vec<f64> = turns.iter().map(of).collect();
            all.sort_by(f64::total_cmp);
            all
        };
        let middle = |of: fn(&Self) -> f64| sorted(of).get(turns.len() / 2).copied().unwrap_or_default();
        let longest = sorted(|turn| turn.took).last().copied().unwrap_or_default();
        Self { floor: middle(|turn| turn.floor), took: middle(|turn| turn.took), longest }
    }
}

/// What was found of a database, and of the server on it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct OfDatabase {
    /// Its size, in megabytes.
    pub megabytes: f64,
    /// How long it took to make.
    pub made_in_seconds: f64,
    /// From the start of the server to its first answer, in milliseconds.
    pub first_answer: f64,
    /// The most memory that the server took under all of this load but the uploads, in megabytes.
    pub memory: f64,
    /// The most that it took with the uploads.
    pub memory_with_uploads: f64,
}

/// What was found of an operation.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct OfOperation {
    /// Which.
    pub name: String,
    /// How many asked at once.
    pub at_once: usize,
    /// How long Cairn's answers are on average.
    pub bytes: usize,
    /// How long the limit's are.
    pub limit_bytes: usize,
    /// The figures of each.
    pub of: BTreeMap<Contestant, Figures>,
    /// Those of Cairn when one person asks alone.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub alone: BTreeMap<Contestant, Figures>,
}

impl OfOperation {
    /// Answers a second, if it was measured.
    pub fn rate(&self, of: Contestant) -> Option<f64> {
        self.of.get(&of).map(|figures| figures.rate).filter(|rate| *rate > 0.0)
    }

    /// The one's share of the other's answers a second.
    pub fn share(&self, of: Contestant, in_that_of: Contestant) -> Option<f64> {
        Some(self.rate(of)? / self.rate(in_that_of)?)
    }
}

impl OfSize {
    /// An operation, if it was measured.
    pub fn operation(&self, name: &str) -> Option<&OfOperation> {
        self.operations.iter().find(|o| o.name == name)
    }
}

/// Where a report stands until it is finished.
pub struct Draft {
    /// What there is.
    pub report: Report,
    file: PathBuf,
}

impl Draft {
    /// Goes on with what was found for the same before, or begins.
    pub fn open(folder: &Path, key: String, machine: Machine) -> Self {
        let file = folder.join("unfinished.json");
        let found: Option<Report> = fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let report = found.filter(|r| r.key == key).unwrap_or(Report { key, machine, ..Report::default() });
        Self { report, file }
    }

    /// Keeps what there is.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn keep(&self) -> Result<()> {
        Ok(fs::write(&self.file, serde_json::to_vec_pretty(&self.report)?)?)
    }

    /// Writes the finished report there.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn finish(self, there: &Path) -> Result<Report> {
        let mut json = serde_json::to_string_pretty(&rounded(serde_json::to_value(&self.report)?))?;
        json.push('\n');
        fs::write(there, json)?;
        fs::remove_file(self.file).ok();
        Ok(self.report)
    }
}

/// Figures with no more digits than they deserve.
fn rounded(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Number(n) if n.is_f64() => {
            let n = n.as_f64().unwrap_or_default();
            let to = if n.abs() >= 100.0 { 1.0 } else { 1000.0 };
            serde_json::json!((n * to).round() / to)
        }
        Value::Array(of) => of.into_iter().map(rounded).collect(),
        Value::Object(of) => of.into_iter().map(|(name, value)| (name, rounded(value))).collect(),
        other => other,
    }
}

impl Machine {
    /// This one.
    pub fn this(cores: usize) -> Self {
        let read = |file: &str| fs::read_to_string(file).unwrap_or_default();
        let after = |text: &str, name: &str| {
            let line = text.lines().find(|line| line.starts_with(name));
            line.and_then(|line| line.split_once(':')).map(|(_, rest)| rest.trim().to_owned()).unwrap_or_default()
        };
        let memory = after(&read("/proc/meminfo"), "MemTotal");
        let kib = memory.split_whitespace().next().and_then(|n| n.parse::<f64>().ok()).unwrap_or_default();
        let load = read("/proc/loadavg").split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or_default();
        Self {
            cores,
            processor: after(&read("/proc/cpuinfo"), "model name"),
            memory: (kib / 1024.0 / 1024.0).round(),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            rustc: said("rustc", &["--version"]),
            commit: said("git", &["log", "-1", "--format=%h of %cs"]),
            load,
        }
    }
}

fn said(program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_turns_the_one_in_the_middle_counts() {
        let turns = [Once::of(30.0, 90.0), Once::of(10.0, 120.0), Once::of(20.0, 80.0)];
        let median = Once::median(&turns);
        assert_eq!((median.floor, median.took, median.longest), (20.0, 90.0, 120.0));
    }
}
