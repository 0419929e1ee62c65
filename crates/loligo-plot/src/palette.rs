//! Colours, in one style sheet for light and dark colour schemes.
//!
//! Pictures refer to colours by class (`s3`: stroke of series 3), and the style sheet in each
//! picture defines the classes, with other values for dark colour schemes. A picture therefore
//! follows its page, and can also be used alone.

use std::fmt::Write;

use crate::cells::ShapeKind;

/// Number of colours that distinguish series.
pub const SERIES: usize = 8;

/// Distinction between lines of one colour: the end of their class (`s3p` is paler than `s3`, `s3d` darker) and their
/// dashes.
pub const VARIANTS: [(&str, &str); 9] = [
    ("", ""),
    ("p", ""),
    ("d", ""),
    ("", "7 3"),
    ("p", "7 3"),
    ("d", "7 3"),
    ("", "1.5 3"),
    ("p", "1.5 3"),
    ("d", "1.5 3"),
];

/// Number of steps of the scale for potentials.
pub const SCALE_STEPS: usize = 64;

const SERIES_LIGHT: [&str; SERIES] =
    ["#2f6db3", "#d1532f", "#1f8a5f", "#8a4fa8", "#a97812", "#1b8fa6", "#c2447f", "#5c6773"];
const SERIES_DARK: [&str; SERIES] =
    ["#6ea8ee", "#ff8a66", "#4fc796", "#c594e3", "#e0b450", "#55c7dd", "#f283b4", "#a5b0bc"];

/// Soma, axon, dendrite, apical dendrite, other: colours that other tools of the field use.
const KINDS_LIGHT: [&str; 5] = ["#30363d", "#2f6db3", "#c8452f", "#8a3f9e", "#8a7a2f"];
const KINDS_DARK: [&str; 5] = ["#d9dee4", "#6ea8ee", "#ff8368", "#cf8fe0", "#cbb962"];

/// Text, secondary text, grid lines and background.
const NEUTRAL_LIGHT: [&str; 4] = ["#1f2328", "#59636e", "#e4e7eb", "#ffffff"];
const NEUTRAL_DARK: [&str; 4] = ["#e6e9ed", "#9aa4af", "#2c323a", "#14171b"];

/// The number of a kind's colour: classes `k0` to `k4`.
pub fn kind_index(kind: ShapeKind) -> usize {
    match kind {
        ShapeKind::Soma => 0,
        ShapeKind::Axon => 1,
        ShapeKind::Dendrite => 2,
        ShapeKind::Apical => 3,
        ShapeKind::Other(_) => 4,
    }
}

/// The step of the scale at `fraction` (0: lowest, 1: highest): classes `m0` to `m63`.
///
/// Outside of 0 to 1, and for NaN, the ends are used.
pub fn scale_step(fraction: f64) -> usize {
    ((fraction * SCALE_STEPS as f64) as usize).min(SCALE_STEPS - 1)
}

/// The style sheet of all pictures.
pub fn style_sheet() -> String {
    let mut css = String::from(
        ".ll{font-family:Inter,'Helvetica Neue',Helvetica,Arial,'DejaVu Sans',sans-serif;\
         font-size:11px;font-variant-numeric:tabular-nums}\
         .ll .line{fill:none;stroke-width:1.3;stroke-linejoin:round;stroke-linecap:round}\
         .ll .hair{fill:none;stroke-width:1}\
         .ll .round{fill:none;stroke-linejoin:round;stroke-linecap:round}\
         .ll .bold{font-weight:600}.ll .head{font-size:12.5px;font-weight:600}",
    );
    colours(&mut css, &SERIES_LIGHT, &KINDS_LIGHT, &NEUTRAL_LIGHT, (0.0, 0.93));
    css.push_str("@media (prefers-color-scheme:dark){");
    colours(&mut css, &SERIES_DARK, &KINDS_DARK, &NEUTRAL_DARK, (0.25, 1.0));
    css.push('}');
    css
}

/// `scale` is the part of viridis that contrasts with the background.
fn colours(css: &mut String, series: &[&str], kinds: &[&str], neutral: &[&str], scale: (f64, f64)) {
    let [ink, quiet, grid, ground] = neutral else { unreachable!("four neutral colours") };
    // Writing to a string cannot fail.
    let _ = write!(
        css,
        ".ll .ink{{fill:{ink}}}.ll .quiet{{fill:{quiet}}}.ll .ground{{fill:{ground}}}\
         .ll .grid{{stroke:{grid}}}.ll .axis{{stroke:{quiet}}}.ll .bar{{stroke:{ink}}}"
    );
    for (i, colour) in series.iter().enumerate() {
        let (pale, strong) = (mixed(colour, ground), mixed(colour, ink));
        let _ = write!(
            css,
            ".ll .s{i}{{stroke:{colour}}}.ll .f{i}{{fill:{colour}}}\
             .ll .s{i}p{{stroke:{pale}}}.ll .s{i}d{{stroke:{strong}}}"
        );
    }
    for (i, colour) in kinds.iter().enumerate() {
        let _ = write!(css, ".ll .k{i}{{stroke:{colour}}}.ll .kf{i}{{fill:{colour};stroke:none}}");
    }
    for i in 0..SCALE_STEPS {
        let along = i as f64 / (SCALE_STEPS - 1) as f64;
        let colour = colorous::VIRIDIS.eval_continuous(scale.0 + along * (scale.1 - scale.0));
        let _ = write!(css, ".ll .m{i}{{stroke:#{colour:x}}}.ll .mf{i}{{fill:#{colour:x};stroke:none}}");
    }
}

/// A colour halfway to another; both are written as `#rrggbb`.
fn mixed(colour: &str, other: &str) -> String {
    let part = |text: &str, k: usize| text.get(k..k + 2).and_then(|two| u16::from_str_radix(two, 16).ok()).unwrap_or(0);
    let middle = [1, 3, 5].map(|k| (part(colour, k) + part(other, k)) / 2);
    format!("#{:02x}{:02x}{:02x}", middle[0], middle[1], middle[2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_has_ends() {
        assert_eq!(scale_step(0.0), 0);
        assert_eq!(scale_step(1.0), SCALE_STEPS - 1);
        assert_eq!(scale_step(-3.0), 0);
        assert_eq!(scale_step(f64::INFINITY), SCALE_STEPS - 1);
        assert_eq!(scale_step(f64::NAN), 0);
    }

    #[test]
    fn colours_mix() {
        assert_eq!(mixed("#2f6db3", "#ffffff"), "#97b6d9");
    }

    #[test]
    fn both_surroundings_define_the_same_classes() {
        let css = style_sheet();
        let (light, dark) = css.split_once("@media").unwrap();
        for class in [".s7{", ".s7p{", ".s0d{", ".f0{", ".k4{", ".kf0{", ".m63{", ".mf0{", ".ground{"] {
            assert!(light.contains(class) && dark.contains(class), "{class}");
        }
    }
}
