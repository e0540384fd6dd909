//! The run of a portfolio: moving pieces, saying where they stand, and putting two runs together. Pure.

use cairn_shared::ids::PieceId;
use cairn_shared::portfolio::{ArrangePortfolio, Piece};

use crate::words::{number, sentence};

/// Which way a piece goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Nearer to the beginning.
    Up,
    /// Nearer to the end.
    Down,
}

fn is_part(piece: &Piece) -> bool {
    matches!(piece, Piece::Part { .. })
}

/// Where the part that begins at `at` ends: the next part, or the end of the run.
fn part_end(pieces: &[Piece], at: usize) -> usize {
    pieces.iter().skip(at + 1).position(is_part).map_or(pieces.len(), |next| at + 1 + next)
}

/// Moves a piece one place, and a part with all that is in it past its neighbour. Says whether there was room.
pub fn shift(pieces: &mut [Piece], id: PieceId, way: Way) -> bool {
    let Some(at) = pieces.iter().position(|piece| piece.id() == id) else { return false };
    if !is_part(&pieces[at]) {
        let to = match way {
            Way::Up => at.checked_sub(1),
            Way::Down => Some(at + 1).filter(|to| *to < pieces.len()),
        };
        if let Some(to) = to {
            pieces.swap(at, to);
        }
        return to.is_some();
    }
    let end = part_end(pieces, at);
    match way {
        Way::Up if at > 0 => {
            let before = (0..at).rev().find(|i| is_part(&pieces[*i])).unwrap_or(0);
            pieces[before..end].rotate_left(at - before);
            true
        }
        Way::Down if end < pieces.len() => {
            let after = part_end(pieces, end);
            pieces[at..after].rotate_left(end - at);
            true
        }
        Way::Up | Way::Down => false,
    }
}

/// Moves a piece to stand directly before or behind another, as after dragging it there.
pub fn drop_at(pieces: &mut Vec<Piece>, id: PieceId, target: PieceId, behind: bool) -> bool {
    let place = |pieces: &[Piece], id| pieces.iter().position(|piece| piece.id() == id);
    if id == target {
        return false;
    }
    let (Some(at), Some(_)) = (place(pieces, id), place(pieces, target)) else { return false };
    let piece = pieces.remove(at);
    let to = place(pieces, target).map_or(pieces.len(), |to| to + usize::from(behind));
    pieces.insert(to, piece);
    to != at
}

/// Where a piece stands, as it is read out: "2 of 5, in “Part one”".
pub fn standing(pieces: &[Piece], id: PieceId) -> String {
    let Some(at) = pieces.iter().position(|piece| piece.id() == id) else { return String::new() };
    if is_part(&pieces[at]) {
        let parts = |pieces: &[Piece]| pieces.iter().filter(|p| is_part(p)).count();
        return format!("part {} of {}", parts(&pieces[..=at]), parts(pieces));
    }
    let count = |pieces: &[Piece]| pieces.iter().filter(|p| !is_part(p)).count();
    let mut said = format!("{} of {}", count(&pieces[..=at]), count(pieces));
    let part = pieces[..at].iter().rev().find_map(|piece| match piece {
        Piece::Part { title, .. } => Some(title),
        _ => None,
    });
    if let Some(title) = part {
        said.push_str(&format!(", in “{title}”"));
    }
    said
}

/// What a new part is called at first: "Part three".
pub fn next_part(pieces: &[Piece]) -> String {
    sentence(&format!("part {}", number(pieces.iter().filter(|p| is_part(p)).count() + 1)))
}

/// The words of a linking passage.
fn words(piece: &Piece) -> Option<&str> {
    match piece {
        Piece::Narrative { text, .. } => Some(text.as_str()),
        _ => None,
    }
}

fn find(pieces: &[Piece], id: PieceId) -> Option<&Piece> {
    pieces.iter().find(|piece| piece.id() == id)
}

/// Puts the pieces of `others` that `run` does not have into it, each behind the one that it stood behind there.
fn weave(run: &mut Vec<Piece>, others: &[Piece], wanted: impl Fn(&Piece) -> bool) {
    for (i, piece) in others.iter().enumerate() {
        let twice = |p: &Piece| p.id() == piece.id() || p.entry_id().is_some_and(|e| piece.entry_id() == Some(e));
        if run.iter().any(twice) || !wanted(piece) {
            continue;
        }
        let before = others[..i].iter().rev().find_map(|b| run.iter().position(|p| p.id() == b.id()));
        run.insert(before.map_or(0, |at| at + 1), piece.clone());
    }
}

/// Puts two arrangements together that began from the same one: what was changed here, on top of what was changed
/// elsewhere in the meantime. Whoever moved or removed something has their way; where both wrote in one linking
/// passage, both texts stay, one behind the other.
pub fn put_together(
    base: &ArrangePortfolio,
    mine: &ArrangePortfolio,
    theirs: &ArrangePortfolio,
    mut new_id: impl FnMut() -> PieceId,
) -> ArrangePortfolio {
    let common = |run: &[Piece]| -> Vec<PieceId> {
        let everywhere = |id| [base, mine, theirs].iter().all(|a| find(&a.pieces, id).is_some());
        run.iter().map(Piece::id).filter(|id| everywhere(*id)).collect()
    };
    // One order leads, and what only the other has is woven in.
    let moved_here = common(&mine.pieces) != common(&base.pieces);
    let (first, second) = if moved_here { (mine, theirs) } else { (theirs, mine) };
    let stays = |piece: &Piece| {
        let Some(was) = find(&base.pieces, piece.id()) else { return true };
        let here = find(&mine.pieces, piece.id());
        let there = find(&theirs.pieces, piece.id());
        match (here, there) {
            (Some(_), Some(_)) => true,
            // Removed on one side: gone, unless the other has written in it since.
            (Some(left), None) | (None, Some(left)) => words(left).is_some() && left != was,
            (None, None) => false,
        }
    };
    let mut run: Vec<Piece> = Vec::new();
    weave(&mut run, &first.pieces, stays);
    weave(&mut run, &second.pieces, stays);
    let mut pieces = Vec::with_capacity(run.len());
    for piece in run {
        let id = piece.id();
        let (was, here, there) = (find(&base.pieces, id), find(&mine.pieces, id), find(&theirs.pieces, id));
        let (Some(here), Some(there)) = (here, there) else {
            pieces.push(piece);
            continue;
        };
        match (was == Some(here), was == Some(there)) {
            (true, _) => pieces.push(there.clone()),
            (false, true) => pieces.push(here.clone()),
            (false, false) => {
                pieces.push(here.clone());
                if let Piece::Narrative { text, .. } = there
                    && here != there
                    && !text.is_blank()
                {
                    pieces.push(Piece::Narrative { id: new_id(), text: text.clone() });
                }
            }
        }
    }
    ArrangePortfolio {
        title: if mine.title == base.title { theirs.title.clone() } else { mine.title.clone() },
        form: if mine.form == base.form { theirs.form } else { mine.form },
        pieces,
    }
}

/// A base for a text that waited on this device, where nobody knows any longer what it began from: what both have.
/// So nothing counts as removed, and where linking passages differ both stay.
pub fn unknown_base(mine: &ArrangePortfolio, theirs: &ArrangePortfolio) -> ArrangePortfolio {
    let pieces = theirs.pieces.iter().filter(|piece| find(&mine.pieces, piece.id()) == Some(piece)).cloned().collect();
    ArrangePortfolio { title: theirs.title.clone(), form: theirs.form, pieces }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_shared::portfolio::{Narrative, PortfolioForm, Title};
    use uuid::Uuid;

    fn id(n: u128) -> PieceId {
        Uuid::from_u128(n).into()
    }

    fn part(n: u128) -> Piece {
        Piece::Part { id: id(n), title: Title::new(format!("Part {n}")).unwrap() }
    }

    fn entry(n: u128) -> Piece {
        Piece::Entry { id: id(n), entry_id: Uuid::from_u128(1000 + n).into() }
    }

    fn narrative(n: u128, text: &str) -> Piece {
        Piece::Narrative { id: id(n), text: Narrative::new(text).unwrap() }
    }

    fn run(pieces: Vec<Piece>) -> ArrangePortfolio {
        ArrangePortfolio { title: Title::new("Learning to wait").unwrap(), form: PortfolioForm::Electronic, pieces }
    }

    fn ids(pieces: &[Piece]) -> Vec<u128> {
        pieces.iter().map(|p| p.id().uuid().as_u128()).collect()
    }

    fn together(base: &ArrangePortfolio, mine: &ArrangePortfolio, theirs: &ArrangePortfolio) -> ArrangePortfolio {
        let mut next = 900;
        put_together(base, mine, theirs, || {
            next += 1;
            id(next)
        })
    }

    #[test]
    fn a_piece_moves_by_one_and_past_the_heading_of_a_part() {
        let mut pieces = vec![part(1), entry(2), entry(3), part(4), entry(5)];
        assert!(shift(&mut pieces, id(5), Way::Up));
        assert_eq!(ids(&pieces), [1, 2, 3, 5, 4]);
        assert_eq!(standing(&pieces, id(5)), "3 of 3, in “Part 1”");
        assert!(!shift(&mut pieces, id(9), Way::Up));
        let mut one = vec![entry(1)];
        assert!(!shift(&mut one, id(1), Way::Up) && !shift(&mut one, id(1), Way::Down));
    }

    #[test]
    fn a_part_moves_with_all_that_is_in_it() {
        let mut pieces = vec![entry(0), part(1), entry(2), entry(3), part(4), entry(5)];
        assert!(shift(&mut pieces, id(4), Way::Up));
        assert_eq!(ids(&pieces), [0, 4, 5, 1, 2, 3]);
        assert!(shift(&mut pieces, id(4), Way::Up));
        assert_eq!(ids(&pieces), [4, 5, 0, 1, 2, 3]);
        assert!(!shift(&mut pieces, id(4), Way::Up));
        assert!(shift(&mut pieces, id(4), Way::Down));
        assert!(!shift(&mut pieces, id(4), Way::Down));
        assert_eq!(standing(&pieces, id(4)), "part 2 of 2");
    }

    #[test]
    fn a_dragged_piece_lands_where_it_was_dropped() {
        let mut pieces = vec![entry(1), entry(2), entry(3), entry(4)];
        assert!(drop_at(&mut pieces, id(1), id(3), true));
        assert_eq!(ids(&pieces), [2, 3, 1, 4]);
        assert!(drop_at(&mut pieces, id(4), id(2), false));
        assert_eq!(ids(&pieces), [4, 2, 3, 1]);
        assert!(!drop_at(&mut pieces, id(4), id(4), true) && !drop_at(&mut pieces, id(4), id(2), false));
    }

    #[test]
    fn a_new_part_is_numbered_in_words() {
        assert_eq!(next_part(&[]), "Part one");
        assert_eq!(next_part(&[part(1), entry(2), part(3)]), "Part three");
    }

    #[test]
    fn what_both_did_is_kept() {
        let base = run(vec![part(1), entry(2), entry(3), entry(4)]);
        let mut mine = base.clone();
        shift(&mut mine.pieces, id(4), Way::Up);
        mine.pieces.push(narrative(10, "Mine."));
        let mut theirs = base.clone();
        theirs.pieces.retain(|p| p.id() != id(2));
        theirs.pieces.insert(1, entry(20));
        theirs.title = Title::new("Fourteen seconds").unwrap();
        let both = together(&base, &mine, &theirs);
        assert_eq!(ids(&both.pieces), [1, 20, 4, 3, 10]);
        assert_eq!(both.title.as_str(), "Fourteen seconds");
    }

    #[test]
    fn their_order_leads_where_nothing_was_moved_here() {
        let base = run(vec![entry(1), entry(2), entry(3)]);
        let mut mine = base.clone();
        mine.pieces.insert(1, narrative(10, "Between."));
        let mut theirs = base.clone();
        shift(&mut theirs.pieces, id(3), Way::Up);
        assert_eq!(ids(&together(&base, &mine, &theirs).pieces), [1, 10, 3, 2]);
    }

    #[test]
    fn two_texts_of_one_linking_passage_both_stay() {
        let base = run(vec![narrative(1, "Old."), entry(2)]);
        let mine = run(vec![narrative(1, "Mine."), entry(2)]);
        let theirs = run(vec![narrative(1, "Theirs."), entry(2)]);
        let both = together(&base, &mine, &theirs);
        let texts: Vec<_> = both.pieces.iter().filter_map(words).collect();
        assert_eq!(texts, ["Mine.", "Theirs."]);
    }

    #[test]
    fn prose_is_not_lost_to_a_removal_elsewhere() {
        let base = run(vec![narrative(1, "Old."), entry(2)]);
        let mine = run(vec![narrative(1, "Much longer now."), entry(2)]);
        let theirs = run(vec![entry(2)]);
        assert_eq!(ids(&together(&base, &mine, &theirs).pieces), [1, 2]);
        assert_eq!(ids(&together(&base, &base, &theirs).pieces), [2]);
    }

    #[test]
    fn an_entry_that_both_added_stands_there_once() {
        let base = run(vec![entry(1)]);
        let mine = run(vec![entry(1), entry(2)]);
        let mut theirs = run(vec![entry(1), Piece::Entry { id: id(77), entry_id: Uuid::from_u128(1002).into() }]);
        theirs.pieces.push(entry(3));
        assert_eq!(ids(&together(&base, &mine, &theirs).pieces), [1, 77, 3]);
    }

    #[test]
    fn nothing_is_lost_where_the_beginning_is_no_longer_known() {
        let mine = run(vec![narrative(1, "Mine."), entry(2)]);
        let theirs = run(vec![entry(3), narrative(1, "Theirs."), entry(4)]);
        let both = together(&unknown_base(&mine, &theirs), &mine, &theirs);
        let texts: Vec<_> = both.pieces.iter().filter_map(words).collect();
        assert_eq!(texts, ["Mine.", "Theirs."]);
        assert!([2, 3, 4].iter().all(|n| ids(&both.pieces).contains(n)));
    }

    #[test]
    fn putting_together_what_is_the_same_changes_nothing() {
        let base = run(vec![part(1), entry(2), narrative(3, "Words."), part(4), entry(5)]);
        assert_eq!(together(&base, &base, &base), base);
    }
}
