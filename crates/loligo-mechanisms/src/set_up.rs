//! Calls of procedures before a run, which may hand in lists of numbers and streams of random numbers.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::block::{Block, KernelScratch};
use crate::kernel::Kernel;
use crate::signature::{HeldKind, Signature};

/// The distribution of a stream of random numbers that is handed in.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RandomDistribution {
    /// Between two limits.
    Uniform {
        /// The lower limit.
        low: f64,
        /// The upper limit.
        high: f64,
    },
    /// Exponential.
    Negexp {
        /// The mean.
        mean: f64,
    },
}

/// An argument of a procedure that is called before a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Argument {
    /// A number.
    Number(f64),
    /// A list of numbers; a Vector in NEURON.
    List(Arc<[f64]>),
    /// A stream of random numbers; a Random object with `Random123` in NEURON. As there, where the choice of the
    /// distribution returns the first number, the mechanism's first number is the second of the stream.
    Stream {
        /// Its three identifiers.
        ids: [u32; 3],
        /// The distribution of its numbers.
        distribution: RandomDistribution,
    },
}

impl From<f64> for Argument {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

/// A call of a procedure before a run.
///
/// ```
/// use loligo_mechanisms::{Argument, SetUpCall};
/// let call = SetUpCall::new("setRNG", [1.0, 2.0, 3.0]);
/// assert_eq!(call.arguments[1], Argument::Number(2.0));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetUpCall {
    /// Name of the procedure.
    pub procedure: String,
    /// Its arguments.
    #[serde(default)]
    pub arguments: Vec<Argument>,
}

impl SetUpCall {
    /// A call with arguments.
    pub fn new<A: Into<Argument>>(procedure: impl Into<String>, arguments: impl IntoIterator<Item = A>) -> Self {
        Self { procedure: procedure.into(), arguments: arguments.into_iter().map(Into::into).collect() }
    }
}

/// Error of a call of a procedure before a run.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SetUpError {
    /// No such procedure.
    #[error("it has no procedure of that name; it has {known}")]
    NoProcedure {
        /// The procedures that it has.
        known: String,
    },
    /// A wrong number of arguments.
    #[error("it takes {expected} arguments, not {given}")]
    Arguments {
        /// The number that it takes, or the largest number.
        expected: usize,
        /// The given number.
        given: usize,
    },
    /// An argument of a wrong kind.
    #[error("argument {argument} must be {expected}")]
    Kind {
        /// The number of the argument, from 1.
        argument: usize,
        /// The expected kind.
        expected: &'static str,
    },
    /// The procedure has failed.
    #[error("{reason}")]
    Failed {
        /// The reason.
        reason: String,
    },
}

/// Calls a procedure for an instance of a block before a run, and keeps what is handed in.
///
/// # Errors
/// If there is no such procedure, if the arguments do not fit, or if the procedure fails.
pub fn set_up(
    kernel: &dyn Kernel,
    signature: &Signature,
    (block, instance): (&mut Block, usize),
    call: &SetUpCall,
) -> Result<(), SetUpError> {
    let position = signature.procedures.iter().position(|procedure| procedure.name == call.procedure);
    let Some(number) = position else {
        let known: Vec<&str> = signature.procedures.iter().map(|procedure| procedure.name.as_str()).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(SetUpError::NoProcedure { known });
    };
    let procedure = &signature.procedures[number];
    let (expected, given) = (procedure.arguments.len(), call.arguments.len());
    if given > expected || (given < expected && !procedure.is_set_up) {
        return Err(SetUpError::Arguments { expected, given });
    }
    let mut values: Vec<f64> = Vec::with_capacity(2 * expected);
    for (number, argument) in (1..).zip(&call.arguments) {
        match argument {
            Argument::Number(value) => values.push(*value),
            _ if procedure.is_set_up => values.push(0.0),
            _ => return Err(SetUpError::Kind { argument: number, expected: "a number" }),
        }
    }
    if procedure.is_set_up {
        values.resize(expected, 0.0);
        values.extend(call.arguments.iter().map(|argument| match argument {
            Argument::Number(_) => 1.0,
            Argument::List(_) => 2.0,
            Argument::Stream { .. } => 3.0,
        }));
        values.resize(2 * expected, 0.0);
    }
    let mut scratch = KernelScratch::default();
    let mut run = |block: &mut Block| {
        kernel.call(number, &values, (0.0, f64::NAN), block.instances(instance..instance + 1, &mut scratch));
        kernel.fault().map_or(Ok(()), |reason| Err(SetUpError::Failed { reason }))
    };
    let before: Vec<f64> = (0..block.width()).map(|column| block.value(column, instance)).collect();
    run(block)?;
    if keep_lists(signature, block, instance, &call.arguments)? {
        // It may have read a list that it had not yet: it runs again with all of them.
        for (column, value) in (0..).zip(before) {
            block.set(column, instance, value);
        }
        run(block)?;
        keep_lists(signature, block, instance, &call.arguments)?;
    }
    keep_streams(signature, block, instance, &call.arguments)
}

/// The argument that a variable has kept, by its number.
fn kept(source: f64, arguments: &[Argument]) -> Option<(usize, &Argument)> {
    let number = (source < 0.0).then_some(-source)? as usize; // the program stores small whole numbers
    Some((number, arguments.get(number.checked_sub(1)?)?))
}

/// Keeps the lists; returns `true` if there are any.
fn keep_lists(
    signature: &Signature,
    block: &mut Block,
    instance: usize,
    arguments: &[Argument],
) -> Result<bool, SetUpError> {
    let mut has_lists = false;
    for held in &signature.held {
        let HeldKind::List(list) = held.object else { continue };
        let Some((argument, value)) = kept(block.value(held.source, instance), arguments) else { continue };
        let Argument::List(values) = value else {
            return Err(SetUpError::Kind { argument, expected: "a list of numbers" });
        };
        block.vectors[instance * signature.vectors.len() + list] = values.clone();
        has_lists = true;
    }
    Ok(has_lists)
}

/// Keeps the streams, and notes that lists are given.
fn keep_streams(
    signature: &Signature,
    block: &mut Block,
    instance: usize,
    arguments: &[Argument],
) -> Result<(), SetUpError> {
    for held in &signature.held {
        let Some((argument, value)) = kept(block.value(held.source, instance), arguments) else { continue };
        let (stream, parameters) = match held.object {
            HeldKind::List(_) => {
                block.set(held.source, instance, 1.0);
                continue;
            }
            HeldKind::Stream { stream, parameters } => (stream, parameters),
        };
        let Argument::Stream { ids: [id1, id2, id3], distribution } = *value else {
            return Err(SetUpError::Kind { argument, expected: "a stream of random numbers" });
        };
        let own = &mut block.streams[instance * signature.streams.len() + stream];
        own.set_ids(id1, id2, id3);
        own.reset();
        // In NEURON the call that chooses the distribution of a Random object returns its first number.
        own.next_f64();
        let (source, first, second) = match distribution {
            RandomDistribution::Uniform { low, high } => (2.0, low, high),
            RandomDistribution::Negexp { mean } => (3.0, mean, 0.0),
        };
        block.set(held.source, instance, source);
        for (column, value) in parameters.into_iter().zip([first, second]) {
            block.set(column, instance, value);
        }
    }
    Ok(())
}
