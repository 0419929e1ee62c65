//! Errors of a model and of a run.

use std::fmt;

use loligo_cable::CableError;
use loligo_io::{NameError, plain, shortened, visible};
use loligo_mechanisms::SetUpError;
use loligo_morphology::PointPlaces;
use thiserror::Error;

/// An error of a model's description.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ModelError {
    /// Invalid geometry of a section.
    #[error("cell \"{cell}\", section \"{section}\"{}: {}", in_file(.error, .places), describe_in_file(.error, .places))]
    Geometry {
        /// Name of the cell.
        cell: String,
        /// Name of the section.
        section: String,
        /// The fault found.
        error: CableError,
        /// Position of the section's points in the morphology file that it was read from, if any.
        places: PointPlaces,
    },
    /// A name that cannot be used.
    #[error("{what} \"{}\": {error}", visible(shortened(.name)))]
    Name {
        /// Kind of the part: "cell", "section"...
        what: &'static str,
        /// The name.
        name: String,
        /// The fault found in it, and the remedy.
        error: NameError,
    },
    /// A cell without sections.
    #[error("cell \"{cell}\" has no sections; add at least a soma")]
    NoSections {
        /// Name of the cell.
        cell: String,
    },
    /// A cell without a soma, where one is needed.
    #[error("cell \"{cell}\" has no soma; name a place of the cell instead, by SourceRef::voltage")]
    NoSoma {
        /// Name of the cell.
        cell: String,
    },
    /// Two sections or two point processes of a cell have one name.
    #[error("cell \"{cell}\" has two {what} named \"{name}\"; give each its own name")]
    DuplicateName {
        /// Name of the cell.
        cell: String,
        /// Kind of the parts: "sections" or "point processes".
        what: &'static str,
        /// The name.
        name: String,
    },
    /// Two cells have one global id.
    #[error("cells \"{first}\" and \"{second}\" both have the gid {gid}; a cell without one of its own has its index")]
    DuplicateGid {
        /// The global id.
        gid: u64,
        /// Name of the first of them.
        first: String,
        /// Name of the second.
        second: String,
    },
    /// A region names a section or a list that the cell lacks.
    #[error("cell \"{cell}\" has no {what} \"{name}\"{}", suggest(.suggestion))]
    UnknownRegion {
        /// Name of the cell.
        cell: String,
        /// Kind of the name: "section", "section list" or "region".
        what: &'static str,
        /// The name given.
        name: String,
        /// The closest name in the cell.
        suggestion: Option<String>,
    },
    /// A mechanism that is not in the catalogue.
    #[error("{place}: there is no mechanism \"{name}\"{}", suggest_mechanism(.suggestion))]
    UnknownMechanism {
        /// The place where it was to be inserted.
        place: String,
        /// The name given.
        name: String,
        /// The closest name in the catalogue.
        suggestion: Option<String>,
    },
    /// A mechanism of the wrong kind for its place.
    #[error("{place}: \"{name}\" is {found}; {remedy}")]
    WrongKind {
        /// The place where it was to be inserted.
        place: String,
        /// Name of the mechanism.
        name: String,
        /// Its kind.
        found: &'static str,
        /// The remedy.
        remedy: &'static str,
    },
    /// A parameter that the mechanism lacks.
    #[error("{place}: \"{mechanism}\" has no parameter \"{parameter}\"{}", suggest(.suggestion))]
    UnknownParameter {
        /// Place of the mechanism.
        place: String,
        /// Name of the mechanism.
        mechanism: String,
        /// The name given.
        parameter: String,
        /// The closest existing parameter.
        suggestion: Option<String>,
    },
    /// A list of numbers that the mechanism does not have.
    #[error("{place}: \"{mechanism}\" takes no list of numbers \"{vector}\"{}", suggest(.suggestion))]
    UnknownVector {
        /// Place of the mechanism.
        place: String,
        /// Name of the mechanism.
        mechanism: String,
        /// The name given.
        vector: String,
        /// The closest existing list.
        suggestion: Option<String>,
    },
    /// A number of a list that is not finite.
    #[error("{place}: number {index} of {mechanism}'s {vector} is {value}; give finite numbers")]
    VectorValue {
        /// Place of the mechanism.
        place: String,
        /// Name of the mechanism.
        mechanism: String,
        /// Name of the list.
        vector: String,
        /// Index of the first such number.
        index: usize,
        /// The number.
        value: f64,
    },
    /// A procedure that cannot be called before the run.
    #[error("{place}: {mechanism}'s procedure {procedure} cannot be called: {error}")]
    SetUp {
        /// Place of the mechanism.
        place: String,
        /// Name of the mechanism.
        mechanism: String,
        /// Name of the procedure.
        procedure: String,
        /// The reason.
        error: SetUpError,
    },
    /// A function table that the mechanism does not have.
    #[error("function tables: \"{mechanism}\" has no function table \"{table}\"{}", suggest(.suggestion))]
    UnknownFunctionTable {
        /// Name of the mechanism.
        mechanism: String,
        /// The name given.
        table: String,
        /// The closest existing table.
        suggestion: Option<String>,
    },
    /// The number of arguments of a function table differs from that of the function.
    #[error(
        "the function table \"{table}\" of \"{mechanism}\" was given with {given} of its arguments ({}); give values for all of them",
        .arguments.join(", ")
    )]
    FunctionTableArguments {
        /// Name of the mechanism.
        mechanism: String,
        /// Name of the table.
        table: String,
        /// Number of arguments of the values.
        given: usize,
        /// Names of the function's arguments.
        arguments: Vec<String>,
    },
    /// A function table that has no values.
    #[error(
        "{place}: the function table \"{table}\" of \"{mechanism}\" is not set; give its values by \
         Network::set_function_table(\"{mechanism}\", \"{table}\", ...), in a file by {mechanism}.{table} = {example} under \
         [function_tables]"
    )]
    UnsetFunctionTable {
        /// Place of the mechanism.
        place: String,
        /// Name of the mechanism.
        mechanism: String,
        /// Name of the table.
        table: String,
        /// An example of its values in a file.
        example: &'static str,
    },
    /// A parameter name that does not exist in the cell.
    #[error("cell \"{cell}\" has no parameter \"{path}\": {reason}")]
    UnknownPath {
        /// Name of the cell.
        cell: String,
        /// The name given.
        path: String,
        /// The reason, or the closest existing name.
        reason: String,
    },
    /// A parameter outside the range that is valid for the mechanism.
    #[error("{place}: {mechanism}'s {parameter} = {value} {unit}; give a value {}", loligo_io::bounds(*.low, *.high), value = plain(*.value))]
    ParameterRange {
        /// Place of the mechanism.
        place: String,
        /// Name of the mechanism.
        mechanism: String,
        /// Name of the parameter.
        parameter: String,
        /// The value given.
        value: f64,
        /// The unit.
        unit: String,
        /// The smallest value.
        low: f64,
        /// The largest value.
        high: f64,
    },
    /// The number of values of a parameter differs from the section's number of segments.
    #[error(
        "cell \"{cell}\", section \"{section}\": {parameter} was given for {given} segments, and there are {segments}; \
         paint when the number of segments is final"
    )]
    SegmentCount {
        /// Name of the cell.
        cell: String,
        /// Name of the section.
        section: String,
        /// Name of the parameter.
        parameter: String,
        /// Number of segments for which values were given.
        given: usize,
        /// Number of segments of the section.
        segments: usize,
    },
    /// A function that paints returned different mechanisms.
    #[error("cell \"{cell}\": \"{first}\" in one segment and \"{second}\" in another; paint them one after the other")]
    DifferentMechanisms {
        /// Name of the cell.
        cell: String,
        /// The mechanism in the first segment.
        first: String,
        /// A different mechanism.
        second: String,
    },
    /// Times that are not ascending or not finite.
    #[error("{place}: time {index} is {value} ms; give finite times of at least 0 ms in ascending order", value = plain(*.value))]
    Times {
        /// The part that has the times.
        place: String,
        /// Index of the first invalid time.
        index: usize,
        /// Its value, ms.
        value: f64,
    },
    /// A position on a section outside 0..=1.
    #[error("{place}: x = {x}; x runs from 0 to 1", x = plain(*.x))]
    Position {
        /// The part that was to be there.
        place: String,
        /// The position given.
        x: f64,
    },
    /// An index that does not exist.
    #[error("{place}: there is no {what} {index}")]
    Missing {
        /// The part that refers to it.
        place: String,
        /// Kind of the part that it refers to: "cell", "section", "point process", "artificial cell" or "gap junction".
        what: &'static str,
        /// The index.
        index: usize,
    },
    /// A variable that does not exist at its place.
    #[error("{place}: there is no variable \"{variable}\" there{}", suggest(.suggestion))]
    UnknownVariable {
        /// The place where it was looked up.
        place: String,
        /// Name of the location.
        location: String,
        /// The name given.
        variable: String,
        /// The closest existing variable.
        suggestion: Option<String>,
    },
    /// A variable that exists in other simulators but not here.
    #[error("{place}: there is no variable \"{variable}\" there: {instead}")]
    AbsentVariable {
        /// The place where it was looked up.
        place: String,
        /// The name given.
        variable: String,
        /// The reason, and the remedy.
        instead: String,
    },
    /// A variable that can't be the target of a waveform.
    #[error("{place}: \"{variable}\" can't be played; play onto a parameter of a mechanism")]
    NotPlayable {
        /// Place of the variable.
        place: String,
        /// Its name.
        variable: String,
    },
    /// A gap junction between a segment and itself.
    #[error("{place}: both sides are at {segment}; join two different segments")]
    JoinsItself {
        /// Description of the gap junction.
        place: String,
        /// The segment.
        segment: String,
    },
    /// A variable that can't be the source or target of a transfer.
    #[error("{place}: \"{variable}\" {reason}")]
    NotTransferable {
        /// Description of the transfer.
        place: String,
        /// The variable.
        variable: String,
        /// The reason, and the remedy.
        reason: &'static str,
    },
    /// A variable that can't be a pointer, or be pointed to.
    #[error("{place}: \"{variable}\" {reason}")]
    NotPointable {
        /// Description of the pointer.
        place: String,
        /// The variable.
        variable: String,
        /// The reason, and the remedy.
        reason: &'static str,
    },
    /// A pointer of a mechanism that refers to nothing.
    #[error(
        "cell \"{cell}\": the pointer {pointer} of {owner} refers to nothing; let it point to a variable ([[pointer]] in a \
         model file, Network::point_to in Rust)"
    )]
    UnsetPointer {
        /// Name of the cell.
        cell: String,
        /// Name of the point process, or of the density mechanism.
        owner: String,
        /// The pointer.
        pointer: String,
    },
    /// A value that can't be set while a network runs.
    #[error("{value} {reason}")]
    NotSettable {
        /// The value.
        value: String,
        /// The reason, and the remedy.
        reason: &'static str,
    },
    /// A connection from a point process that sends no events.
    #[error(
        "{place}: \"{source_name}\" is a {mechanism}, which sends no events; connect from a voltage, an artificial cell, or a \
         point process that sends them"
    )]
    SendsNoEvents {
        /// Description of the connection.
        place: String,
        /// Name of the point process.
        source_name: String,
        /// Its mechanism.
        mechanism: String,
    },
    /// A connection to a mechanism that receives no events.
    #[error(
        "{place}: \"{target}\" is a {mechanism}, which receives no events; connect to a synapse or artificial cell"
    )]
    TakesNoEvents {
        /// Description of the connection.
        place: String,
        /// Name of the target.
        target: String,
        /// Its mechanism.
        mechanism: String,
    },
    /// A number that is not finite or out of range.
    #[error("{place}: {what} = {value}; {remedy}", value = plain(*.value))]
    Value {
        /// The part that has the number.
        place: String,
        /// Name of the number.
        what: &'static str,
        /// Its value.
        value: f64,
        /// The remedy.
        remedy: &'static str,
    },
}

/// "; did you mean ...?", if there is a suggestion.
pub(crate) fn suggest(suggestion: &Option<String>) -> String {
    suggestion.as_ref().map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"))
}

/// The mechanism that was meant, or the ways to get others.
fn suggest_mechanism(suggestion: &Option<String>) -> String {
    match suggestion {
        Some(_) => suggest(suggestion),
        None => "; `loligo mechanisms` lists the built-in ones, `loligo::nmodl::load` reads others from .mod files"
            .to_owned(),
    }
}

/// The lines of the morphology file that a geometry error is about, in brackets; empty if they are not known.
pub(crate) fn in_file(error: &CableError, places: &PointPlaces) -> String {
    let points = error.points().or_else(|| Some(0..=places.len().checked_sub(1)?));
    points.and_then(|points| places.of(points)).map_or_else(String::new, |lines| format!(" ({lines})"))
}

/// The fault, with the position in the file at which a diameter is given.
pub(crate) fn describe_in_file(error: &CableError, places: &PointPlaces) -> String {
    let about = if matches!(error, CableError::NoMembrane { .. }) { places.about_diameters() } else { "" };
    error.fault() + about
}

/// All errors of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelErrors(pub Vec<ModelError>);

impl fmt::Display for ModelErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, error) in self.0.iter().enumerate() {
            let separator = if k == 0 { "" } else { "\n" };
            write!(f, "{separator}{}", visible(error))?;
        }
        Ok(())
    }
}

impl std::error::Error for ModelErrors {}
