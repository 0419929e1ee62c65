//! Places that the form of a cell gives: at a distance from the soma, tips, branch points.

use loligo::nmodl::units::quantity;
use loligo::{Place, Selection};
use loligo_io::plain;

const TIPS: &str = "tips";
const BRANCH_POINTS: &str = "branch points";

/// A place, or places, that the form of a cell gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Landmark {
    /// The segment whose middle is nearest to a distance from the soma, um.
    Distance(f64),
    /// The free ends.
    Tips,
    /// The places where three or more branches meet.
    BranchPoints,
}

impl Landmark {
    /// Reads `200 um`, `tips` or `branch points`; `None` for a text without letters, an error with the reason for any
    /// other.
    pub(crate) fn read(text: &str) -> Option<Result<Self, String>> {
        let text = text.trim();
        match text {
            TIPS => return Some(Ok(Self::Tips)),
            BRANCH_POINTS => return Some(Ok(Self::BranchPoints)),
            _ => {}
        }
        if text.parse::<f64>().is_ok() || !text.contains(char::is_alphabetic) {
            return None;
        }
        if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-')) {
            let known =
                format!("a position from 0 to 1, a distance such as \"200 um\", \"{TIPS}\" or \"{BRANCH_POINTS}\"");
            return Some(Err(format!("\"{text}\" is no place; give {known}")));
        }
        Some(quantity(text, "um").map_err(|error| error.to_string()).and_then(Self::distance))
    }

    /// The place at a distance, um.
    pub(crate) fn distance(um: f64) -> Result<Self, String> {
        let is_distance = um.is_finite() && um >= 0.0;
        if is_distance {
            Ok(Self::Distance(um))
        } else {
            Err(format!("{} um is no distance; give one from 0 um on", plain(um)))
        }
    }

    /// Its places within a selection, at least one.
    pub(crate) fn places(self, selection: &Selection<'_>) -> Result<Vec<Place>, String> {
        let (places, what) = match self {
            Self::Distance(um) => {
                let place = selection.nearest(um).map(Place::from);
                (place.into_iter().collect(), "middle of a segment between these distances; give it more segments")
            }
            Self::Tips => (selection.tips(), "free end"),
            Self::BranchPoints => (selection.branch_points(), "branch point"),
        };
        if places.is_empty() { Err(format!("{selection} has no {what}")) } else { Ok(places) }
    }
}
