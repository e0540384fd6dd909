//! Text as it is looked for: small letters without accents, so that "elan" finds "Élan" and "lukasz" finds "Łukasz".
//!
//! What is searched is folded when it is written, and the words are folded when they are looked for: by this one
//! function, whatever database stands behind it.

/// The Latin letters from U+00C0 on, each as the plain letter that it is looked for by; a dot where there is none.
const LATIN: &[u8] = b"aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.y\
aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkklllllll\
lllnnnnnn.nnoooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs\
bbbb..occdddd.eeeffgg..ikkll.nnooo..pp.....ttttuuuvyyzzz........\
.............aaiioouuuuuuuuuueaaaa..ggggkkoooozzj...gg..nnaa..oo\
aaaaeeeeiiiioooorrrruuuusstt..hhnd..zzaaeeooooooooyylntj..acclts\
z..buveejjqqrryy";

/// The same from U+1E00 on: Welsh, Vietnamese and others.
const LATIN_ADDITIONAL: &[u8] = b"aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm\
mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv\
wwwwwwwwwwxxxxyyzzzzzzhtwy.s....aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee\
eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";

fn plain(c: char, table: &[u8], from: u32) -> Option<char> {
    let letter = *table.get((c as u32).checked_sub(from)? as usize)?;
    (letter != b'.').then_some(char::from(letter))
}

/// The text as it is looked for: small letters, Latin ones without their accents, one kind of apostrophe, hyphen and
/// space. Other scripts keep their letters.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    text.chars().for_each(|c| push(&mut folded, c));
    folded
}

fn push(folded: &mut String, c: char) {
    if c.is_ascii() {
        folded.push(c.to_ascii_lowercase());
        return;
    }
    if let Some(letter) = plain(c, LATIN, 0xC0).or_else(|| plain(c, LATIN_ADDITIONAL, 0x1E00)) {
        folded.push(letter);
        return;
    }
    match c {
        // Accents that stand by themselves, behind their letter.
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' => {}
        'ß' | 'ẞ' => folded.push_str("ss"),
        'Æ' | 'æ' | 'Ǽ' | 'ǽ' | 'Ǣ' | 'ǣ' => folded.push_str("ae"),
        'Œ' | 'œ' => folded.push_str("oe"),
        'Þ' | 'þ' => folded.push_str("th"),
        'Ĳ' | 'ĳ' => folded.push_str("ij"),
        'ŉ' => folded.push_str("'n"),
        '’' | '‘' | 'ʼ' | '′' => folded.push('\''),
        '‐'..='–' => folded.push('-'),
        c if c.is_whitespace() => folded.push(' '),
        // The small letter of one from elsewhere may be one of those above: that of the sign for ångström is å.
        c => c.to_lowercase().for_each(|small| if small == c { folded.push(c) } else { push(folded, small) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_make_no_difference() {
        for (text, folded) in [
            ("Łukasz", "lukasz"),
            ("ŁUKASZ", "lukasz"),
            ("Élan", "elan"),
            ("E\u{301}lan", "elan"),
            ("Siân Ŵyn-Jônes", "sian wyn-jones"),
            ("Đặng Thị Ngọc", "dang thi ngoc"),
            ("Søren Ærø Þór", "soren aero thor"),
            ("Strauß", "strauss"),
            ("İpek", "ipek"),
            ("\u{212b}ngström", "angstrom"),
            ("O’Neill", "o'neill"),
            ("a\u{a0}b", "a b"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn other_scripts_keep_their_letters() {
        for text in ["עומר", "عمر", "иван", "李小龍"] {
            assert_eq!(fold(text), text);
        }
        assert_eq!(fold("ИВАН"), "иван");
    }

    #[test]
    fn folding_twice_is_folding_once() {
        for c in '\0'..=char::MAX {
            let once = fold(c.encode_utf8(&mut [0; 4]));
            assert_eq!(fold(&once), once, "{c:?}");
        }
    }
}
