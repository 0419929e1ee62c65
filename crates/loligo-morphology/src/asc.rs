//! Neurolucida ASC files (version 3 text), by NEURON's Import3d rules.
//!
//! An ASC file is a list of objects in nested brackets; `;` begins a comment (as does `@`, which is never used).
//!
//! # Objects
//! - `("CellBody" properties points)` is a soma contour; so are `"Cell Body"` and `"Soma"`.
//!   Contours of other names, and of fewer than three points, are ignored.
//! - `((Color Red) (Dendrite) points ...)` is a tree. Its last property before the first point
//!   decides the type: `Axon` 2, `Dendrite` 3, `Apical` 4, anything else 0 (sections
//!   `dend_0[..]`). A branch ends with a terminator such as `Normal`, `High`, `Low`, `Midpoint`,
//!   `Incomplete` or `Generated`, or with its daughters: `( branch | branch )`.
//! - A point is `(x y z diameter)` in um; z and diameter may be missing (0) and a section label
//!   may follow. Spines `< ... >`, markers, texts, images and other properties are ignored.
//! - `(Set "name" objects)` holds objects like any others.
//!
//! # Sections
//! - A daughter begins with a copy of its parent's last point that takes the daughter's first
//!   diameter, unless both points coincide. Daughters connect to 1.
//! - A tree that begins inside the bounding box of a soma in x and y (0.5 um wider for a single
//!   contour) connects to 0.5 by a wire, which is no membrane. Outside all somas it connects
//!   to the nearest centre in the same way. Without soma each tree stands alone.
//! - Consecutive contours whose bounding boxes overlap in x and y form one soma.
//!
//! # The soma's points
//! - A single contour becomes 21 points along its longest axis. The outline is resampled at 101
//!   equidistant places (the edge that closes it is not walked); their mean is the centre, and
//!   the axes are the eigenvectors of their scatter matrix. At 21 equidistant places along the
//!   longest axis, the diameter is the distance between the two sides of the outline along the
//!   second axis.
//! - Each contour of a stack becomes one point: its centre, with the mean of the diameter that
//!   its perimeter suggests and the diameter at its mean radius.
//!
//! ```
//! use loligo_morphology::Morphology;
//!
//! let text = r#"
//! ("CellBody" (0 0 0 0) (6 0 0 0) (6 20 0 0) (0 20 0 0))  ; a soma of 6 x 20 um
//! ((Dendrite) (3 18 0 1) (3 48 0 1) Normal)
//! "#;
//! let cell = Morphology::from_asc_str(text).unwrap().morphology;
//! assert_eq!(cell.sections[0].points.len(), 21);
//! assert!((cell.sections[0].mean_diameter() - 6.0).abs() < 0.3); // um
//! assert_eq!(cell.sections[1].length(), 30.0); // um: the wire into the soma is no membrane
//! ```

use crate::error::MorphologyError;
use crate::format::Format;
use crate::morphology::Imported;
use crate::parsed_section::finish;
use crate::warning::Warning;

mod axes;
mod contour;
mod lexer;
mod objects;
mod parser;
mod soma;
mod tree;

pub(crate) fn read(text: &str) -> Result<Imported, MorphologyError> {
    let mut warnings = Vec::new();
    let tokens = lexer::tokens(text)?;
    let objects::Objects { contours, trees } = tree::parse(&tokens, &mut warnings)?;
    if contours.is_empty() && trees.is_empty() {
        return Err(MorphologyError::Empty);
    }
    if contours.is_empty() {
        warnings.push(Warning::NoSoma);
        let roots = trees.iter().filter(|draft| draft.parent.is_none());
        let lines: Vec<usize> = roots.map(|draft| draft.line).collect();
        if lines.len() > 1 {
            warnings.push(Warning::SeveralRoots { lines, joined: false });
        }
    }
    let drafts = soma::connect(contours, trees, &mut warnings)?;
    let morphology = finish(drafts, Format::Asc, &mut warnings);
    Ok(Imported { morphology, warnings })
}
