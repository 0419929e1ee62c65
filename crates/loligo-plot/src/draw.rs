//! Elements common to all pictures: numbers, ticks, labels, the empty sheet.

use loligo_io::{OwnKind, is_invisible};
use svg::Document;
use svg::node::element::{Line, Path, Rectangle, Style, Text, Title};

use crate::palette::style_sheet;

/// Width of every picture, px.
pub const WIDTH: f64 = 960.0;

/// Title of an axis of time.
pub const TIME: &str = "Time (ms)";

/// Size of ordinary text, px.
pub const TEXT: f64 = 11.0;

/// The kind of files that contain pictures, recognised by the class of [`sheet`].
pub const PICTURE: OwnKind = OwnKind {
    name: "a picture of a run",
    is_own: |bytes| {
        let tag = bytes.split(|&byte| byte == b'>').next().unwrap_or_default();
        tag.starts_with(b"<svg ") && tag.windows(CLASS.len()).any(|part| part == CLASS)
    },
};
const CLASS: &[u8] = b"class=\"ll\"";

/// A coordinate with two decimals, and no more characters than needed.
pub fn px(value: f64) -> String {
    if !value.is_finite() {
        return "0".into();
    }
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

/// A value with at most four significant digits, and no more characters than needed.
pub fn significant(value: f64) -> String {
    let rounded: f64 = format!("{value:.3e}").parse().unwrap_or(value); // its own digits are a number
    if rounded == 0.0 {
        "0".into()
    } else if (1e-4..1e6).contains(&rounded.abs()) {
        rounded.to_string()
    } else {
        format!("{rounded:e}")
    }
}

/// An empty sheet with background, style sheet and title.
pub fn sheet(height: f64, title: &str) -> Document {
    Document::new()
        .set("class", "ll")
        .set("role", "img")
        .set("width", px(WIDTH))
        .set("height", px(height))
        .set("viewBox", format!("0 0 {} {}", px(WIDTH), px(height)))
        .add(Title::new(clean(title)))
        .add(Style::new(style_sheet()))
        .add(Rectangle::new().set("class", "ground").set("width", "100%").set("height", "100%"))
}

/// The position of text relative to its anchor.
#[derive(Clone, Copy)]
pub enum Anchor {
    /// The anchor is the left end.
    Start,
    /// The anchor is the middle.
    Middle,
    /// The anchor is the right end.
    End,
}

/// Text with its baseline at `y`.
pub fn text(x: f64, y: f64, anchor: Anchor, class: &str, content: &str) -> Text {
    let anchor = match anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    Text::new(clean(content)).set("x", px(x)).set("y", px(y)).set("text-anchor", anchor).set("class", class)
}

/// A straight line.
pub fn line(x1: f64, y1: f64, x2: f64, y2: f64, class: &str) -> Line {
    Line::new().set("x1", px(x1)).set("y1", px(y1)).set("x2", px(x2)).set("y2", px(y2)).set("class", class)
}

/// A path.
pub fn path(data: &str, class: &str) -> Path {
    Path::new().set("d", data).set("class", class)
}

/// The text without characters that XML does not allow or that are invisible, such as those that change its
/// direction.
pub fn clean(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
            c if is_invisible(c) => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// An upper limit of the width of text of a given size, px; all fonts that may be used are
/// narrower.
pub fn text_width(text: &str, size: f64) -> f64 {
    let ems: f64 = text
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | ' ' => 0.34,
            '(' | ')' | '[' | ']' | 'f' | 't' | 'r' | '-' | '/' => 0.42,
            'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.98,
            c if c.is_uppercase() => 0.72,
            c if c.is_ascii() => 0.64,
            _ => 1.0,
        })
        .sum();
    ems * size
}

/// The text, with its middle omitted if it is wider than `width`.
pub fn fit(text: &str, size: f64, width: f64) -> String {
    if text_width(text, size) <= width {
        return text.into();
    }
    let chars: Vec<char> = text.chars().collect();
    for kept in (2..chars.len()).rev() {
        // The end of a name has more information than its beginning.
        let head = kept * 2 / 5;
        let short: String = chars[..head].iter().chain(&['…']).chain(&chars[chars.len() - (kept - head)..]).collect();
        if text_width(&short, size) <= width {
            return short;
        }
    }
    "…".into()
}

/// A unit as it is printed: `mA/cm2` becomes `mA/cm²`.
pub fn pretty_unit(unit: &str) -> String {
    match unit {
        "1" => return String::new(),
        "um" => return "µm".into(),
        "degC" | "celsius" => return "°C".into(),
        _ => {}
    }
    let mut pretty = unit.replace("um2", "µm²").replace("cm2", "cm²").replace("um3", "µm³");
    for small in ["uS", "uM", "uA"] {
        pretty = pretty.replace(small, &small.replace('u', "µ"));
    }
    pretty
}

/// Round values on an axis.
pub struct Ticks {
    /// The values, ascending.
    pub values: Vec<f64>,
    step: f64,
}

impl Ticks {
    /// About `count` round values from `low` to `high`; if `count` is above one, at least two, as a single
    /// value gives no scale.
    pub fn new(low: f64, high: f64, count: usize) -> Self {
        let tried = (count..=2 * count).map(|count| Self::about(low, high, count));
        let enough = tried.into_iter().find(|ticks| count < 2 || ticks.values.len() >= 2);
        enough.unwrap_or_else(|| Self::about(low, high, count))
    }

    fn about(low: f64, high: f64, count: usize) -> Self {
        let step = round_step((high - low) / count.max(1) as f64);
        let (Some(step), true) = (step, low.is_finite() && high.is_finite()) else {
            return Self { values: vec![], step: 1.0 };
        };
        let first = (low / step - 1e-6).ceil();
        let last = (high / step + 1e-6).floor();
        let many = ((last - first).max(-1.0) as usize + 1).min(200);
        let values = if last < first { vec![] } else { (0..many).map(|i| (first + i as f64) * step).collect() };
        Self { values, step }
    }

    /// A value of the axis as text, in the same format as its neighbours.
    pub fn label(&self, value: f64) -> String {
        let largest = self.values.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        if value == 0.0 {
            "0".into()
        } else if largest >= 1e6 || (largest < 1e-3 && largest > 0.0) {
            let exponent = largest.log10().floor() as i32;
            let digits = (exponent - decade(self.step)).clamp(0, 12) as usize;
            let mantissa = value / 10f64.powi(exponent);
            format!("{}×10{}", minus(&format!("{mantissa:.digits$}")), superscript(exponent))
        } else {
            let digits = (-decade(self.step)).clamp(0, 12) as usize;
            minus(&format!("{value:.digits$}"))
        }
    }
}

/// The largest of 1, 2, 5 times a power of ten that is at least about `raw`.
pub fn round_step(raw: f64) -> Option<f64> {
    if !(raw > 1e-200 && raw < 1e200) {
        return None;
    }
    let power = 10f64.powf(raw.log10().floor());
    let factor = match raw / power {
        f if f < 1.001 => 1.0,
        f if f < 2.001 => 2.0,
        f if f < 5.001 => 5.0,
        _ => 10.0,
    };
    Some(power * factor)
}

fn decade(step: f64) -> i32 {
    (step.log10() + 1e-9).floor() as i32
}

fn minus(number: &str) -> String {
    number.replace('-', "\u{2212}")
}

fn superscript(exponent: i32) -> String {
    exponent
        .to_string()
        .chars()
        .map(|c| match c {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            digit => char::from_u32(digit as u32 - '0' as u32 + '⁰' as u32).unwrap_or(digit),
        })
        .collect()
}

/// Moves labels apart: positions at least `gap` from each other, close to the wanted ones and
/// within `low` to `high` if there is enough space. The result is in the order of `wanted`.
pub fn spread(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    // Blocks of touching labels: (sum of wanted top positions, count).
    let mut blocks: Vec<(f64, usize)> = vec![];
    let top = |&(sum, count): &(f64, usize)| {
        let count = count as f64;
        let height = (count - 1.0) * gap;
        (sum / count - 0.5 * height).min(high - height).max(low)
    };
    for &i in &order {
        blocks.push((wanted[i], 1));
        while let [.., before, last] = &blocks[..]
            && top(before) + before.1 as f64 * gap > top(last)
        {
            let joined = (before.0 + last.0, before.1 + last.1);
            blocks.truncate(blocks.len() - 2);
            blocks.push(joined);
        }
    }
    let mut placed = vec![0.0; wanted.len()];
    let mut next = order.into_iter();
    for block in &blocks {
        for k in 0..block.1 {
            if let Some(i) = next.next() {
                placed[i] = top(block) + k as f64 * gap;
            }
        }
    }
    placed
}

/// The axis of time, or another quantity, under a column of panels: labels, and the hairlines through all panels.
pub struct TimeAxis {
    /// Range, ms or the unit of the other quantity.
    pub range: (f64, f64),
    /// Left and right edge, px.
    pub edges: (f64, f64),
}

impl TimeAxis {
    /// An axis over `range` (ms), slightly extended if this gives a round end.
    pub fn over(range: (f64, f64), edges: (f64, f64)) -> Self {
        let (low, high) = range;
        let ends = round_step((high - low) / 8.0).map_or(range, |step| {
            let near = |end: f64| (end - low).abs().min((end - high).abs()) < 0.01 * (high - low);
            let outer = ((low / step).floor() * step, (high / step).ceil() * step);
            (if near(outer.0) { outer.0 } else { low }, if near(outer.1) { outer.1 } else { high })
        });
        Self { range: ends, edges }
    }

    /// Position of a time, px.
    pub fn x(&self, t: f64) -> f64 {
        let (low, high) = self.range;
        let (left, right) = self.edges;
        if high > low { left + (t - low) / (high - low) * (right - left) } else { 0.5 * (left + right) }
    }

    fn ticks(&self) -> Ticks {
        Ticks::new(self.range.0, self.range.1, 8)
    }

    /// Vertical hairlines of a panel.
    pub fn grid(&self, top: f64, bottom: f64) -> Path {
        let mut data = String::new();
        for t in self.ticks().values {
            let x = px(self.x(t));
            data += &format!("M{x} {}V{}", px(top), px(bottom));
        }
        path(&data, "hair grid")
    }

    /// The axis line, labels and the given title, added to the sheet.
    pub fn draw(&self, mut sheet: Document, y: f64, title: &str) -> Document {
        let ticks = self.ticks();
        let (left, right) = self.edges;
        sheet = sheet.add(line(left, y, right, y, "hair axis"));
        for &t in &ticks.values {
            let x = self.x(t);
            sheet = sheet.add(line(x, y, x, y + 4.0, "hair axis")).add(text(
                x,
                y + 16.0,
                Anchor::Middle,
                "quiet",
                &ticks.label(t),
            ));
        }
        sheet.add(text(0.5 * (left + right), y + 33.0, Anchor::Middle, "ink", title))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ticks_are_round() {
        let labels = |low, high, count| {
            let ticks = Ticks::new(low, high, count);
            ticks.values.iter().map(|&v| ticks.label(v)).collect::<Vec<_>>()
        };
        assert_eq!(labels(-80.0, 40.0, 4), ["−50", "0"]);
        assert_eq!(labels(-455.0, 488.0, 3), ["−400", "−200", "0", "200", "400"]);
        assert_eq!(labels(0.0, 1.0, 5), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(0.0, 2e-4, 2), ["0", "1×10⁻⁴", "2×10⁻⁴"]);
        assert!(labels(1.0, 1.0, 5).is_empty());
        assert!(labels(f64::NAN, 1.0, 5).is_empty());
    }

    #[test]
    fn the_time_axis_ends_round() {
        let range = |low, high| TimeAxis::over((low, high), (0.0, 1.0)).range;
        assert_eq!(range(0.3, 999.975), (0.0, 1000.0));
        assert_eq!(range(20.0, 935.0), (20.0, 935.0));
        assert_eq!(range(5.0, 5.0), (5.0, 5.0));
    }

    #[test]
    fn values_are_short() {
        let values = [0.1 + 0.2, 0.0, -0.0, 1234.56, 1e-7, -2.5e9, 20.0, f64::NAN];
        assert_eq!(values.map(significant), ["0.3", "0", "0", "1235", "1e-7", "-2.5e9", "20", "NaN"]);
    }

    #[test]
    fn coordinates_are_short() {
        assert_eq!([px(1.0), px(0.126), px(-0.001), px(f64::NAN)], ["1", "0.13", "0", "0"]);
    }

    #[test]
    fn long_names_keep_both_ends() {
        let short = fit("pyramidal.apic[12](0.5).v", 11.0, 100.0);
        assert!(short.starts_with("pyr") && short.ends_with(".v") && short.contains('…'));
        assert_eq!(fit("abc", 11.0, 1.0), "…");
    }

    #[test]
    fn names_become_xml() {
        assert_eq!(clean("a\0b<"), "a\u{fffd}b<");
    }

    proptest! {
        #[test]
        fn spread_labels_do_not_touch(wanted in proptest::collection::vec(0.0..100.0f64, 0..20)) {
            let placed = spread(&wanted, 10.0, 0.0, 300.0);
            let mut sorted = placed.clone();
            sorted.sort_by(f64::total_cmp);
            for pair in sorted.windows(2) {
                prop_assert!(pair[1] - pair[0] >= 10.0 - 1e-9);
            }
            for y in placed {
                prop_assert!((0.0..=300.0).contains(&y));
            }
        }

        #[test]
        fn ticks_are_few_and_inside(low in -1e6..1e6f64, span in 1e-6..1e6f64, count in 1..12usize) {
            let ticks = Ticks::new(low, low + span, count);
            prop_assert!(ticks.values.len() <= 2 * count + 2);
            for v in &ticks.values {
                prop_assert!(*v >= low - 0.01 * span && *v <= low + 1.01 * span);
            }
        }
    }
}
