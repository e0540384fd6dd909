//! From what a person selected to positions in the text. The browser counts UTF-16 units; the domain counts
//! characters (Unicode scalar values).

use cairn_shared::ids::EntryId;
use web_sys::HtmlTextAreaElement;

use crate::browser::window;
use crate::parts::selected_passage;

/// How many characters the first `units` UTF-16 units of a text are. The middle of a character counts as its start.
pub fn characters(text: &str, units: usize) -> usize {
    let (mut seen, mut count) = (0, 0);
    for letter in text.chars() {
        seen += letter.len_utf16();
        if seen > units {
            break;
        }
        count += 1;
    }
    count
}

/// The UTF-16 units before the character at `position`.
pub fn units(text: &str, position: usize) -> usize {
    text.chars().take(position).map(char::len_utf16).sum()
}

/// The same selection in whole words, without white space and marks of quotations ("> ") at its ends, if anything is
/// left.
pub fn trimmed(text: &str, start: usize, end: usize) -> Option<(usize, usize)> {
    let letters: Vec<char> = text.chars().collect();
    let (mut start, mut end) = (start, end.min(letters.len()));
    while start < end && letters[start].is_whitespace() {
        start += 1;
    }
    let begins_line = start == 0 || letters[start - 1] == '\n';
    if start < end && letters[start] == '>' && begins_line {
        start += 1;
        while start < end && letters[start].is_whitespace() {
            start += 1;
        }
    }
    while start < end && letters[end - 1].is_whitespace() {
        end -= 1;
    }
    if start >= end {
        return None;
    }
    // A word that was begun is meant whole.
    while start > 0 && joined(&letters, start) {
        start -= 1;
    }
    while end < letters.len() && joined(&letters, end) {
        end += 1;
    }
    Some((start, end))
}

/// Whether the letter at `at` and the one before it belong to one word. An apostrophe between letters does.
fn joined(letters: &[char], at: usize) -> bool {
    let letter = |at: usize| letters.get(at).is_some_and(|letter| letter.is_alphanumeric());
    let apostrophe = |at: usize| matches!(letters.get(at), Some('’' | '\''));
    match (letter(at - 1), letter(at)) {
        (true, true) => true,
        (true, false) => apostrophe(at) && letter(at + 1),
        (false, true) => apostrophe(at - 1) && at >= 2 && letter(at - 2),
        (false, false) => false,
    }
}

/// The characters from `start` to before `end`.
pub fn cut(text: &str, start: usize, end: usize) -> String {
    text.chars().skip(start).take(end.saturating_sub(start)).collect()
}

/// The beginning of a quotation, for a label: whole words, and an ellipsis where it goes on.
pub fn beginning(text: &str, most: usize) -> String {
    let flat = text.split('\n').map(|line| line.trim_start_matches(['>', ' '])).collect::<Vec<_>>().join(" ");
    let flat = flat.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= most {
        return flat;
    }
    let head: String = flat.chars().take(most).collect();
    let whole = head.rsplit_once(' ').map_or(head.as_str(), |(whole, _)| whole);
    format!("{}…", whole.trim_end_matches([',', ';', ':', '.', ' ']))
}

/// What is selected in an area, in characters.
pub fn selected_in_area(area: &HtmlTextAreaElement) -> Option<(usize, usize)> {
    let text = area.value();
    let place = |at: Result<Option<u32>, _>| at.ok().flatten().map(|units| characters(&text, units as usize));
    trimmed(&text, place(area.selection_start())?, place(area.selection_end())?)
}

/// What is selected in the text of this entry as it is read, in characters. `text` is the whole text.
pub fn selected_in_story(entry: EntryId, text: &str) -> Option<(usize, usize)> {
    let (of, passage, _) = selected_passage()?;
    (of == entry).then_some(())?;
    trimmed(text, passage.start as usize, passage.end as usize)
}

/// Lets go of what is selected.
pub fn unselect() {
    if let Ok(Some(selection)) = window().get_selection() {
        let _ = selection.remove_all_ranges();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_characters_count_the_same_places() {
        let text = "“Let’s 🪨 try 👩🏽‍🏫 that”";
        for position in 0..=text.chars().count() {
            assert_eq!(characters(text, units(text, position)), position);
        }
        // The second half of the stone is no place of its own.
        assert_eq!(characters(text, 8), 7);
        assert_eq!(characters("", 5), 0);
        assert_eq!(characters("ab", 50), 2);
    }

    #[test]
    fn a_selection_ends_with_its_letters() {
        let text = " So we\n> started \n\nthere";
        assert_eq!(trimmed(text, 0, 4), Some((1, 3)));
        assert_eq!(cut(text, 1, 3), "So");
        assert_eq!(trimmed(text, 6, 18), Some((9, 16)));
        assert_eq!(trimmed(text, 11, 14), Some((9, 16)));
        assert_eq!(cut(text, 9, 16), "started");
        assert_eq!(trimmed(text, 16, 19), None);
        assert_eq!(trimmed(text, 5, 5), None);
        assert_eq!(trimmed(text, 19, 99), Some((19, 24)));
    }

    #[test]
    fn words_are_meant_whole() {
        let text = "said “let’s try”, so";
        let whole = |start, end| trimmed(text, start, end).map(|(s, e)| cut(text, s, e));
        assert_eq!(whole(7, 13).as_deref(), Some("let’s try"));
        assert_eq!(whole(8, 9).as_deref(), Some("let’s"));
        assert_eq!(whole(15, 17).as_deref(), Some("”,"));
        assert_eq!(trimmed("‘wait’ so", 1, 4).map(|(s, e)| cut("‘wait’ so", s, e)).as_deref(), Some("wait"));
        assert_eq!(whole(0, 20).as_deref(), Some(text));
    }

    #[test]
    fn a_mark_in_the_middle_of_a_line_stays() {
        let text = "a > b";
        assert_eq!(trimmed(text, 1, 5).map(|(s, e)| cut(text, s, e)), Some("> b".into()));
    }

    #[test]
    fn labels_end_with_a_whole_word() {
        assert_eq!(beginning("I waited.", 40), "I waited.");
        assert_eq!(beginning("> I waited,\n> and then", 12), "I waited…");
        assert_eq!(beginning("I waited, and then some", 10), "I waited…");
    }
}
