//! The drawings as paths: stones, cairns, fells and contour lines. Pure: a seed always gives the same lines.

use std::collections::BTreeMap;

use super::random::Random;

/// A stone as drawn: its outline, and the ink on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Stone {
    /// The outline.
    pub outline: String,
    /// The crack and the strokes.
    pub ink: String,
}

/// A cairn: stones from the ground up, and the place of the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Cairn {
    /// The stones.
    pub stones: Vec<Stone>,
    /// The outline of the next, while there is room.
    pub next: Option<String>,
    /// How high it reaches, the place of the next counted: the least `y` that is drawn on.
    pub top: f64,
    /// How high its stones reach.
    stones_top: f64,
}

impl Cairn {
    /// The same cairn, with no place for another stone.
    pub fn without_next(mut self) -> Self {
        if self.next.take().is_some() {
            self.top = self.stones_top;
        }
        self
    }
}

/// How many stones make a cairn. Then one chooses rather than adds.
pub const MOST_STONES: usize = 6;

/// A whole turn, as roughly as the design's drawings took it.
#[expect(clippy::approx_constant, reason = "another value would draw other fells than the design's")]
const TURN: f64 = 6.28;

type Point = (f64, f64);

/// Writes a number with one decimal.
fn tenths(out: &mut String, x: f64) {
    let t = (x * 10.0).round_ties_even() as i64;
    if t < 0 {
        out.push('-');
    }
    out.push_str(&(t.abs() / 10).to_string());
    out.push('.');
    out.push((b'0' + (t.abs() % 10) as u8) as char);
}

fn whole(out: &mut String, x: f64) {
    out.push_str(&(x.round_ties_even() as i64).to_string());
}

/// A letter and numbers with a space between each.
fn draw(out: &mut String, letter: &str, numbers: &[f64]) {
    out.push_str(letter);
    for (i, number) in numbers.iter().enumerate() {
        if i > 0 {
            out.push(' ');
        }
        tenths(out, *number);
    }
}

/// A polygon with rounded corners.
fn rounded(points: &[Point], radius: f64) -> String {
    let mut d = String::new();
    let n = points.len();
    for i in 0..n {
        let (before, here, after) = (points[(i + n - 1) % n], points[i], points[(i + 1) % n]);
        let towards = |to: Point| {
            let length = (to.0 - here.0).hypot(to.1 - here.1);
            let k = radius.min(length / 2.05) / length;
            (here.0 + (to.0 - here.0) * k, here.1 + (to.1 - here.1) * k)
        };
        let (a, b) = (towards(before), towards(after));
        draw(&mut d, if i == 0 { "M" } else { "L" }, &[a.0, a.1]);
        draw(&mut d, "Q", &[here.0, here.1, b.0, b.1]);
    }
    d.push('Z');
    d
}

/// A flat, irregular slab of slate.
fn slab(cx: f64, cy: f64, w: f64, h: f64, seed: u32, turn: f64) -> Vec<Point> {
    let mut r = Random::new(seed);
    let (hw, hh) = (w / 2.0, h / 2.0);
    // In this order: each number drawn moves the run on.
    let points = [
        (-hw + r.off(w * 0.03), hh * 0.35 + r.off(h * 0.1)),
        (-hw * 0.93 + r.off(w * 0.04), -hh * 0.45 + r.off(h * 0.12)),
        (-hw * 0.62 + r.off(w * 0.08), -hh + r.off(h * 0.05)),
        (hw * 0.1 + r.off(w * 0.18), -hh * (0.9 + r.between(0.0, 0.12))),
        (hw * 0.72 + r.off(w * 0.07), -hh * 0.94 + r.off(h * 0.06)),
        (hw * 0.97 + r.off(w * 0.03), -hh * 0.2 + r.off(h * 0.16)),
        (hw * 0.86 + r.off(w * 0.05), hh * 0.8 + r.off(h * 0.08)),
        (hw * 0.2 + r.off(w * 0.2), hh),
        (-hw * 0.78 + r.off(w * 0.05), hh * 0.95 + r.off(h * 0.05)),
    ];
    let (s, c) = turn.to_radians().sin_cos();
    points.iter().map(|(x, y)| (cx + x * c - y * s, cy + x * s + y * c)).collect()
}

/// A stone with ink as in a walker's guide: a crack from the upper edge, short strokes at the lower right.
fn stone(cx: f64, cy: f64, w: f64, h: f64, seed: u32, turn: f64) -> Stone {
    let mut r = Random::new(seed * 7 + 1);
    let mut ink = String::new();
    draw(&mut ink, "M", &[cx - w * r.between(0.1, 0.24), cy - h * 0.44]);
    draw(&mut ink, "l", &[w * 0.05, h * 0.3, w * 0.09, h * 0.1]);
    for i in 0..(if w < 60.0 { 3 } else { 4 }) {
        let n = f64::from(i);
        let length = h * (0.3 - 0.03 * n);
        draw(&mut ink, "M", &[cx + w * (0.42 - 0.075 * n), cy + h * (0.08 + 0.05 * f64::from(i % 2))]);
        draw(&mut ink, "l", &[-length * 0.5, length]);
    }
    Stone { outline: rounded(&slab(cx, cy, w, h, seed, turn), h * 0.26), ink }
}

/// A cairn of `n` stones that stands on `base`.
pub fn cairn(cx: f64, base: f64, n: usize, seed: u32, scale: f64) -> Cairn {
    const WIDTHS: [f64; MOST_STONES] = [104.0, 96.0, 82.0, 72.0, 58.0, 44.0];
    const HEIGHTS: [f64; MOST_STONES] = [25.0, 23.0, 22.0, 20.0, 19.0, 17.0];
    let mut r = Random::new(seed);
    let mut y = base;
    let n = n.min(MOST_STONES);
    let stones = (0..n)
        .map(|i| {
            let (w, h) = (WIDTHS[i] * scale, HEIGHTS[i] * scale);
            y -= h;
            let x = cx + r.off(4.0) * scale;
            stone(x, y + h / 2.0, w, h * 1.04, seed * 31 + i as u32, r.off(2.4))
        })
        .collect();
    let next = (n < MOST_STONES).then(|| {
        let (w, h) = (WIDTHS[n] * scale, HEIGHTS[n] * scale);
        rounded(&slab(cx, y - h / 2.0 - 2.0 * scale, w, h, seed * 31 + n as u32, 0.0), h * 0.3)
    });
    let above = if next.is_some() { HEIGHTS[n] * scale } else { 0.0 };
    Cairn { stones, next, top: y - above, stones_top: y }
}

/// How wide and how high the ridge is drawn.
pub const RIDGE: (f64, f64) = (640.0, 270.0);
/// The turf that the cairns stand on.
pub const TURF: &str = "M0 222C90 214 150 208 250 210S420 208 500 217 600 222 640 216V270H0Z";

/// The middle of each of the four cairns.
pub fn ridge_x(i: usize) -> f64 {
    RIDGE.0 * (0.125 + 0.25 * i as f64)
}

/// One of the four cairns on the ridge.
pub fn ridge_cairn(i: usize, stones: usize) -> Cairn {
    const BASES: [f64; 4] = [218.0, 211.0, 214.0, 221.0];
    cairn(ridge_x(i), BASES[i % 4] + 5.0, stones, i as u32 + 4, 1.06)
}

/// The line of fells behind them.
fn fells(base: f64, height: f64, seed: u32) -> String {
    let mut r = Random::new(seed);
    let phases: Vec<Point> = (0..4).map(|_| (r.between(0.0, TURN), r.between(0.6, 1.4))).collect();
    let mut d = String::from("M0 270");
    for x in (0..=640).step_by(8) {
        let t = f64::from(x) / RIDGE.0 * TURN;
        let y = base
            - height
                * (0.55 * (t * 0.5 * phases[0].1 + phases[0].0).sin()
                    + 0.28 * (t * 1.3 * phases[1].1 + phases[1].0).sin()
                    + 0.1 * (t * 4.0 * phases[2].1 + phases[2].0).sin()
                    + 0.05 * (t * 9.0 + phases[3].0).sin());
        d.push('L');
        d.push_str(&x.to_string());
        d.push(' ');
        tenths(&mut d, y);
    }
    d.push_str("L640 270Z");
    d
}

/// The far fells.
pub fn far_fells() -> String {
    fells(150.0, 52.0, 11)
}

/// The near fells.
pub fn near_fells() -> String {
    fells(186.0, 26.0, 5)
}

/// Tufts of grass on the turf.
pub fn grass() -> String {
    let mut r = Random::new(3);
    let mut d = String::new();
    for _ in 0..46 {
        d.push('M');
        whole(&mut d, r.between(6.0, RIDGE.0 - 6.0));
        d.push(' ');
        whole(&mut d, r.between(228.0, 264.0));
        draw(&mut d, "l", &[r.off(2.0), -r.between(4.0, 8.0)]);
        d.push_str("m4 ");
        tenths(&mut d, r.between(4.0, 7.0));
        draw(&mut d, "l", &[r.between(0.0, 3.0), -r.between(3.0, 6.0)]);
    }
    d
}

/// The four stones of the sign, from the ground up, in a square of 32.
pub fn logo() -> [String; 4] {
    const STONES: [(f64, f64, f64, f64, u32, f64); 4] = [
        (16.0, 26.4, 27.0, 7.2, 3, -2.0),
        (15.6, 19.6, 21.5, 6.8, 8, 2.0),
        (16.6, 13.2, 15.5, 6.4, 5, -3.0),
        (15.8, 7.0, 9.6, 5.8, 9, 3.0),
    ];
    STONES.map(|(x, y, w, h, seed, turn)| rounded(&slab(x, y, w, h, seed, turn), h * 0.34))
}

/// Contour lines as on a map: thin ones, and every fourth thick.
#[derive(Clone, Debug, PartialEq)]
pub struct Contours {
    /// The thin lines.
    pub thin: String,
    /// Every fourth line.
    pub thick: String,
}

/// A landscape of seven hills.
fn landscape(seed: u32) -> impl Fn(f64, f64) -> f64 {
    let mut r = Random::new(seed);
    let hills: Vec<[f64; 6]> = (0..7)
        .map(|_| {
            [
                r.between(-0.1, 1.1),
                r.between(-0.1, 1.1),
                r.between(0.12, 0.34),
                r.between(0.09, 0.26),
                r.between(0.5, 1.0),
                r.between(0.0, TURN / 2.0),
            ]
        })
        .collect();
    move |x, y| {
        let height: f64 = hills
            .iter()
            .map(|[hx, hy, sx, sy, height, turn]| {
                let (dx, dy) = (x - hx, y - hy);
                let (u, w) = (dx * turn.cos() + dy * turn.sin(), -dx * turn.sin() + dy * turn.cos());
                height * (-(u * u / (2.0 * sx * sx) + w * w / (2.0 * sy * sy))).exp()
            })
            .sum();
        height + 0.02 * (17.0 * x + 5.0 * y).sin() + 0.015 * (23.0 * y - 7.0 * x).sin()
    }
}

/// The points of one level, in tenths, and which stand beside which.
#[derive(Default)]
struct Lines {
    index: BTreeMap<(i32, i32), usize>,
    points: Vec<(i32, i32)>,
    beside: Vec<Vec<usize>>,
}

impl Lines {
    fn point(&mut self, at: Point) -> usize {
        let key = ((at.0 * 10.0).round_ties_even() as i32, (at.1 * 10.0).round_ties_even() as i32);
        *self.index.entry(key).or_insert_with(|| {
            self.points.push(key);
            self.beside.push(Vec::new());
            self.points.len() - 1
        })
    }

    fn join(&mut self, a: Point, b: Point) {
        let (a, b) = (self.point(a), self.point(b));
        self.beside[a].push(b);
        self.beside[b].push(a);
    }

    /// Follows each line from end to end and writes it, smoothed through the middles of every third point.
    fn write(&self, d: &mut String) {
        let mut seen = vec![false; self.points.len()];
        let ends = (0..self.points.len()).filter(|p| self.beside[*p].len() == 1);
        for start in ends.chain(0..self.points.len()) {
            if seen[start] {
                continue;
            }
            let mut line = vec![start];
            seen[start] = true;
            let mut here = start;
            while let Some(next) = self.beside[here].iter().copied().find(|p| !seen[*p]) {
                seen[next] = true;
                line.push(next);
                here = next;
            }
            if line.len() < 5 {
                continue;
            }
            let closed = self.beside[here].contains(&start);
            let at = |p: usize| (f64::from(self.points[p].0) / 10.0, f64::from(self.points[p].1) / 10.0);
            let mut through: Vec<Point> = line.iter().step_by(3).map(|p| at(*p)).collect();
            through.push(at(here));
            let mut pair = |letter: &str, point: Point| {
                d.push_str(letter);
                whole(d, point.0);
                d.push(' ');
                whole(d, point.1);
            };
            pair("M", through[0]);
            for two in through[1..].windows(2) {
                pair("Q", two[0]);
                pair(" ", ((two[0].0 + two[1].0) / 2.0, (two[0].1 + two[1].1) / 2.0));
            }
            pair("L", through[through.len() - 1]);
            if closed {
                d.push('Z');
            }
        }
    }
}

/// Contour lines of the landscape of this seed, by marching squares.
pub fn contours(width: u32, height: u32, seed: u32, levels: u32) -> Contours {
    const NX: usize = 72;
    let ny = (NX * height as usize / width as usize).max(8);
    let (dx, dy) = (f64::from(width) / NX as f64, f64::from(height) / ny as f64);
    let land = landscape(seed);
    let heights: Vec<Vec<f64>> =
        (0..=ny).map(|j| (0..=NX).map(|i| land(i as f64 / NX as f64, j as f64 / ny as f64)).collect()).collect();
    let (low, high) =
        heights.iter().flatten().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), h| (low.min(*h), high.max(*h)));
    let mut drawn = Contours { thin: String::new(), thick: String::new() };
    for level in 1..=levels {
        let z = low + (high - low) * f64::from(level) / f64::from(levels + 1);
        let mut lines = Lines::default();
        for j in 0..ny {
            for i in 0..NX {
                let corners = [heights[j][i], heights[j][i + 1], heights[j + 1][i + 1], heights[j + 1][i]];
                let (x, y) = (i as f64, j as f64);
                let places = [
                    (x * dx, y * dy),
                    ((x + 1.0) * dx, y * dy),
                    ((x + 1.0) * dx, (y + 1.0) * dy),
                    (x * dx, (y + 1.0) * dy),
                ];
                let crossings: Vec<Point> = (0..4)
                    .filter_map(|k| {
                        let (a, b) = (corners[k], corners[(k + 1) % 4]);
                        let (from, to) = (places[k], places[(k + 1) % 4]);
                        let t = (z - a) / (b - a);
                        ((a > z) != (b > z)).then_some((from.0 + (to.0 - from.0) * t, from.1 + (to.1 - from.1) * t))
                    })
                    .collect();
                for two in crossings.chunks_exact(2) {
                    lines.join(two[0], two[1]);
                }
            }
        }
        lines.write(if level % 4 == 0 { &mut drawn.thick } else { &mut drawn.thin });
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of a path, and the path without them.
    fn read(d: &str) -> (Vec<f64>, String) {
        let (mut numbers, mut letters, mut number) = (Vec::new(), String::new(), String::new());
        for c in d.chars().chain(['|']) {
            if c.is_ascii_digit() || c == '.' || c == '-' {
                if c == '-' && !number.is_empty() {
                    numbers.push(std::mem::take(&mut number).parse().unwrap());
                }
                number.push(c);
            } else {
                if !number.is_empty() {
                    numbers.push(std::mem::take(&mut number).parse().unwrap());
                }
                if c != ' ' {
                    letters.push(c);
                }
            }
        }
        (numbers, letters)
    }

    fn assert_same(ours: &str, theirs: &str) {
        let ((a, x), (b, y)) = (read(ours), read(theirs));
        assert_eq!(x, y);
        assert_eq!(a.len(), b.len());
        for (a, b) in a.iter().zip(&b) {
            assert!((a - b).abs() <= 0.11, "{a} and {b}\n{ours}\n{theirs}");
        }
    }

    #[test]
    fn the_random_run_is_the_designs() {
        // random.Random(7).random() twice, and Random(4).uniform(-4, 4).
        let mut r = Random::new(7);
        assert!((r.between(0.0, 1.0) - 0.323_832_764_833_162_4).abs() < 1e-15);
        assert!((r.between(0.0, 1.0) - 0.150_849_173_924_501_92).abs() < 1e-15);
    }

    #[test]
    fn the_stones_are_the_designs() {
        let design: serde_json::Value = serde_json::from_str(include_str!("../../tests/art/stones.json")).unwrap();
        for k in 0..4_usize {
            let theirs = &design[(k + 1).to_string()];
            let seed = k as u32 + 4;
            assert_same(&cairn(0.0, 0.0, 0, seed, 1.06).next.unwrap(), theirs["first_ghost"].as_str().unwrap());
            for n in 1..=MOST_STONES {
                let ours = cairn(0.0, 0.0, n, seed, 1.06);
                let theirs = &theirs["stones"][n - 1];
                assert_same(&ours.stones[n - 1].outline, theirs["stone"].as_str().unwrap());
                assert_same(&ours.stones[n - 1].ink, theirs["ink"].as_str().unwrap());
                assert_eq!(ours.next.is_some(), theirs["next_ghost"].is_string());
                if let Some(next) = ours.next {
                    assert_same(&next, theirs["next_ghost"].as_str().unwrap());
                }
            }
        }
    }

    /// The `d` of each path in a file, in order.
    fn paths(svg: &str) -> Vec<&str> {
        svg.split(" d=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
    }

    #[test]
    fn the_ridge_is_the_designs() {
        let theirs = paths(include_str!("../../tests/art/ridge-sample.svg"));
        let mut ours = vec![far_fells(), near_fells(), TURF.to_owned(), grass()];
        for (i, n) in [5, 6, 2, 4].into_iter().enumerate() {
            let cairn = ridge_cairn(i, n);
            for stone in cairn.stones {
                ours.extend([stone.outline, stone.ink]);
            }
            ours.extend(cairn.next);
        }
        assert_eq!(ours.len(), theirs.len());
        for (ours, theirs) in ours.iter().zip(theirs) {
            assert_same(ours, theirs);
        }
    }

    #[test]
    fn the_sign_and_the_contours_are_the_designs() {
        for (ours, theirs) in logo().iter().zip(paths(include_str!("../../assets/art/logo.svg"))) {
            assert_same(ours, theirs);
        }
        let theirs = paths(include_str!("../../tests/art/contours.svg"));
        let ours = contours(1200, 760, 12, 10);
        for (ours, theirs) in [(&ours.thin, theirs[0]), (&ours.thick, theirs[1])] {
            let ((a, x), (b, y)) = (read(ours), read(theirs));
            assert_eq!((x, a.len()), (y, b.len()));
            // A whole pixel where a number lies just between two.
            assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() <= 1.0));
        }
    }

    #[test]
    fn a_cairn_never_has_more_than_six_stones() {
        let cairn = cairn(0.0, 0.0, 60, 1, 1.0);
        assert_eq!(cairn.stones.len(), MOST_STONES);
        assert_eq!(cairn.next, None);
    }
}
