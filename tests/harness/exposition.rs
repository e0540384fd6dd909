//! What a server counts of itself, read as strictly as Prometheus' text format is written.

use std::collections::{BTreeMap, BTreeSet};

/// One page of counts.
#[derive(Debug)]
pub struct Exposition {
    samples: BTreeMap<String, f64>,
}

impl Exposition {
    /// Reads it.
    ///
    /// # Panics
    /// If anything in it is not as it has to be.
    #[track_caller]
    pub fn read(text: &str) -> Self {
        assert!(text.ends_with('\n'), "the last line has an end");
        let (mut families, mut samples) = (BTreeSet::new(), BTreeMap::new());
        // The name and the type of the family that is being read, and whether its type was told yet.
        let mut family: (String, Option<&str>) = Default::default();
        for line in text.lines() {
            if let Some(help) = line.strip_prefix("# HELP ") {
                let (name, about) = help.split_once(' ').unwrap_or_else(|| panic!("no help: {line}"));
                assert!(is_name(name) && !about.trim().is_empty(), "{line}");
                assert!(families.insert(name.to_owned()), "told twice: {line}");
                family = (name.to_owned(), None);
            } else if let Some(kind) = line.strip_prefix("# TYPE ") {
                let (name, kind) = kind.split_once(' ').unwrap_or_else(|| panic!("no type: {line}"));
                assert_eq!(name, family.0, "{line}");
                let known = ["counter", "gauge", "histogram"].into_iter().find(|known| *known == kind);
                assert!(family.1.is_none() && known.is_some(), "{line}");
                assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
                family.1 = known;
            } else {
                let (series, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no value: {line}"));
                let (name, labels) = labels(series);
                let ending = name.strip_prefix(&family.0).unwrap_or_else(|| panic!("of no family: {line}"));
                let has_le = labels.iter().any(|(label, _)| label == "le");
                match family.1 {
                    Some("histogram") => assert!(
                        matches!((ending, has_le), ("_bucket", true) | ("_sum" | "_count", false)),
                        "no part of a histogram: {line}"
                    ),
                    Some(_) => assert!(ending.is_empty() && !has_le, "{line}"),
                    None => panic!("without a type: {line}"),
                }
                let value: f64 = value.parse().unwrap_or_else(|_| panic!("no number: {line}"));
                assert!(samples.insert(series.to_owned(), value).is_none(), "told twice: {line}");
            }
        }
        let read = Self { samples };
        read.has_whole_histograms();
        read
    }

    /// The value of a series, written as in the text; nothing, if it is not there.
    pub fn value(&self, series: &str) -> Option<f64> {
        self.samples.get(series).copied()
    }

    /// The values of all series that begin so, together.
    pub fn sum(&self, begins: &str) -> f64 {
        self.samples.iter().filter(|(series, _)| series.starts_with(begins)).map(|(_, value)| value).sum()
    }

    /// The values of one label, wherever it stands.
    pub fn of_label(&self, label: &str) -> BTreeSet<String> {
        let all = self.samples.keys().flat_map(|series| labels(series).1);
        all.filter(|(name, _)| name == label).map(|(_, value)| value).collect()
    }

    /// The labels that there are.
    pub fn label_names(&self) -> BTreeSet<String> {
        self.samples.keys().flat_map(|series| labels(series).1).map(|(name, _)| name).collect()
    }

    /// Each bucket holds what the one before it holds, and the last of them everything.
    fn has_whole_histograms(&self) {
        let mut buckets: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
        for (series, value) in &self.samples {
            let (name, labels) = labels(series);
            let Some(base) = name.strip_suffix("_bucket") else { continue };
            let others = labels.iter().filter(|(label, _)| label != "le").map(|(l, v)| format!("{l}=\"{v}\""));
            let others: Vec<String> = others.collect();
            let whose = if others.is_empty() { String::new() } else { format!("{{{}}}", others.join(",")) };
            let le = labels.iter().find(|(label, _)| label == "le").map(|(_, le)| le.parse().expect("a bound"));
            buckets.entry(format!("{base}_count{whose}")).or_default().push((le.expect("a bound"), *value));
        }
        for (count, mut all) in buckets {
            all.sort_by(|one, other| one.0.total_cmp(&other.0));
            assert!(all.is_sorted_by(|one, other| one.1 <= other.1), "{count}: {all:?}");
            let last = all.last().expect("there is a bucket");
            assert_eq!((last.0, Some(last.1)), (f64::INFINITY, self.value(&count)), "{count}");
        }
    }
}

fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// The name of a series and its labels.
fn labels(series: &str) -> (&str, Vec<(String, String)>) {
    let Some((name, rest)) = series.split_once('{') else {
        assert!(is_name(series), "{series}");
        return (series, Vec::new());
    };
    assert!(is_name(name), "{series}");
    let mut rest = rest.strip_suffix('}').unwrap_or_else(|| panic!("labels without an end: {series}"));
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (label, after) = rest.split_once("=\"").unwrap_or_else(|| panic!("no label: {series}"));
        assert!(is_name(label), "{series}");
        let (mut value, mut letters) = (String::new(), after.char_indices());
        let end = loop {
            match letters.next() {
                Some((at, '"')) => break at,
                Some((_, '\\')) => match letters.next() {
                    Some((_, 'n')) => value.push('\n'),
                    Some((_, escaped @ ('\\' | '"'))) => value.push(escaped),
                    _ => panic!("an escape that is none: {series}"),
                },
                Some((_, letter)) => value.push(letter),
                None => panic!("a value without an end: {series}"),
            }
        };
        assert!(found.iter().all(|(known, _)| known != label), "a label twice: {series}");
        found.push((label.to_owned(), value));
        rest = &after[end + 1..];
        rest = rest.strip_prefix(',').inspect(|rest| assert!(!rest.is_empty(), "{series}")).unwrap_or(rest);
    }
    (name, found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;

    #[test]
    fn what_is_not_written_as_it_has_to_be_is_found() {
        let good = "# HELP a_total A.\n# TYPE a_total counter\na_total{b=\"c\\\"d\",e=\"\"} 1\n\
                    # HELP h H.\n# TYPE h histogram\nh_sum 1\nh_count 2\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 2\n";
        let read = Exposition::read(good);
        assert_eq!((read.value("a_total{b=\"c\\\"d\",e=\"\"}"), read.sum("h_count")), (Some(1.0), 2.0));
        assert_eq!(read.of_label("b").into_iter().collect::<Vec<_>>(), ["c\"d"]);
        for (from, to) in [
            ("a_total{", "b_total{"),
            ("# TYPE a_total counter\n", ""),
            ("counter", "stones"),
            ("} 1\n#", "} one\n#"),
            ("b=\"", "b=c\""),
            ("\"+Inf\"} 2", "\"+Inf\"} 3"),
            ("\"1\"} 1", "\"1\"} 5"),
            ("h_sum", "h_total"),
            ("# HELP h H.", "# HELP a_total A."),
        ] {
            let bad = good.replace(from, to);
            assert!(bad != good && catch_unwind(|| Exposition::read(&bad)).is_err(), "{from} → {to}");
        }
    }
}
