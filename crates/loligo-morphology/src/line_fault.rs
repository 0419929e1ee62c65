//! Reasons why a line of an SWC file is not a point.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::number::leading_number;

/// The fault in a line that should contain the seven numbers of a point.
///
/// ```
/// use loligo_morphology::LineFault;
/// assert_eq!(LineFault::of("1,1,0.5,0,0,6,-1"), LineFault::Commas);
/// assert_eq!(LineFault::of("1 1 0,5 0 0 6 -1"), LineFault::DecimalCommas { text: "0,5".into() });
/// assert_eq!(LineFault::of("1 1 0.5 0 0 NA -1"), LineFault::NotANumber { column: "radius".into(), text: "NA".into() });
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum LineFault {
    /// Commas between the numbers.
    Commas,
    /// Semicolons between the numbers.
    Semicolons,
    /// Commas in place of decimal points.
    DecimalCommas {
        /// A number with a decimal comma.
        text: String,
    },
    /// A text in place of a number.
    NotANumber {
        /// The column: `id`, `type`, `x`, `y`, `z`, `radius` or `parent`.
        column: Cow<'static, str>,
        /// The text found.
        text: String,
    },
    /// Fewer than seven numbers.
    TooFew {
        /// Number of values found.
        found: usize,
    },
}

const COLUMNS: [&str; 7] = ["id", "type", "x", "y", "z", "radius", "parent"];

impl LineFault {
    /// Describes the fault of a line that does not consist of seven numbers.
    pub fn of(line: &str) -> Self {
        let line = line.trim();
        let with_point = |field: &str| is_number(field) || is_number(&field.replacen(',', ".", 1));
        for (separator, fault) in [(';', Self::Semicolons), (',', Self::Commas)] {
            let fields = || line.split(separator).take(COLUMNS.len()).map(str::trim);
            if fields().count() > 2 && fields().all(with_point) {
                return fault;
            }
        }
        let mut found = 0;
        for (column, text) in COLUMNS.into_iter().zip(line.split_whitespace()) {
            let rest = leading_number(text).map(|(_, rest)| rest);
            match rest {
                Some("") => found += 1,
                _ if with_point(text) => {
                    return Self::DecimalCommas { text: shortened(text) };
                }
                _ => return Self::NotANumber { column: column.into(), text: shortened(text) },
            }
        }
        Self::TooFew { found }
    }

    /// True if the line was probably intended as a point.
    pub(crate) fn is_of_a_point(&self) -> bool {
        match self {
            Self::Commas | Self::Semicolons | Self::DecimalCommas { .. } => true,
            Self::NotANumber { column, .. } => *column != "id",
            Self::TooFew { found } => *found > 1,
        }
    }

    /// The remedy.
    pub(crate) fn remedy(&self) -> &'static str {
        match self {
            Self::Commas | Self::Semicolons => "put blanks between the numbers, or export the file as SWC",
            Self::DecimalCommas { .. } => "write decimal points",
            Self::NotANumber { .. } => "write a number there, or check that this is an SWC file",
            Self::TooFew { .. } => "complete the lines, or check that this is an SWC file",
        }
    }
}

impl fmt::Display for LineFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Commas => f.write_str("commas stand between the numbers, where SWC has blanks"),
            Self::Semicolons => f.write_str("semicolons stand between the numbers, where SWC has blanks"),
            Self::DecimalCommas { text } => write!(f, "\"{text}\" has a decimal comma, where SWC has a point"),
            Self::NotANumber { column, text } => write!(f, "\"{text}\" is no number, where the {column} should be"),
            Self::TooFew { found: 1 } => f.write_str("there is one number in place of seven"),
            Self::TooFew { found } => write!(f, "there are {found} numbers in place of seven"),
        }
    }
}

/// True if the whole text is one number.
fn is_number(text: &str) -> bool {
    matches!(leading_number(text), Some((_, "")))
}

/// The beginning of a text, without control characters for a terminal.
pub(crate) fn shortened(text: &str) -> String {
    loligo_io::visible(loligo_io::shortened(text)).to_string()
}
