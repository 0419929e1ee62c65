//! A saved state of a run, from which the run can be continued.

use std::cmp::Ordering;
use std::io::{Read, Seek, Write};
use std::path::Path;

use loligo_engine::State;
use loligo_io::{InputError, InputFile, OwnKind};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use crate::simulation::error::CheckpointError;
use crate::simulation::recorded::SpikeCounts;

/// The first bytes of a checkpoint's file; the bytes that are not text reveal a file that was converted as text.
const SIGNATURE: [u8; 16] = *b"loligo state\r\n\x1a\n";

/// The version of the layout after the signature: [`Contents`], in `postcard`'s format.
const VERSION: u32 = 8;

/// Signature, version, length and digest of the contents.
const HEADER: usize = SIGNATURE.len() + 4 + 8 + 16;

/// The largest number of bytes that is read: 64 GiB.
const MOST_BYTES: u64 = 64 << 30;

/// The state of a run, from which the run continues with the same bits: voltages, states of mechanisms, random streams,
/// weights, events in flight, positions in played waveforms and recordings, time.
///
/// [`Simulation::checkpoint`](crate::Simulation::checkpoint) makes one and
/// [`Simulation::restore`](crate::Simulation::restore) continues from it, also in another process and with other
/// numbers of threads and ranks. The network and the options that determine its numbers (`dt`, `celsius`, the order of
/// the step, the numerics) must be the same; the recordings may differ. It contains neither the model nor samples:
/// those recorded before stay with the caller or sink that took them.
///
/// ```
/// use loligo::Checkpoint;
/// use loligo::prelude::*;
///
/// let mut cell = Cell::new("squid");
/// let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
/// cell.paint(Region::All, Hh::default());
/// cell.place("electrode", soma, 0.5, IClamp { delay: 5.0, dur: 30.0, amp: 0.2 }); // ms, ms, nA
/// let mut network = Network::new();
/// let cell = network.add_cell(cell);
/// let v = network.record(VariableRef::voltage(cell, soma, 0.5));
///
/// let mut first = Simulation::new(&network, &Options::default())?;
/// first.run_until(7.0)?; // ms
/// let bytes = first.checkpoint()?.to_bytes(); // or `write` it to a file
/// first.run_until(20.0)?;
///
/// let mut second = Simulation::new(&network, &Options { threads: 2, ..Options::default() })?;
/// second.restore(&Checkpoint::from_bytes(&bytes)?)?;
/// assert!((second.time() - 7.0).abs() < 1e-9); // ms
/// second.run_until(20.0)?;
/// assert_eq!(second.value(v), first.value(v)); // mV, the same bits
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    contents: Contents,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Contents {
    state: State,
    spike_counts: SpikeCounts,
    /// A digest of the changes during the run (weights and other values), and the index of the first pending one.
    changes: (u64, usize),
}

impl Checkpoint {
    pub(crate) fn new(state: State, spike_counts: SpikeCounts, changes: (u64, usize)) -> Self {
        Self { contents: Contents { state, spike_counts, changes } }
    }

    /// The index of the first pending change, if the changes are those of this digest.
    pub(crate) fn next_change(&self, digest: u64) -> Option<usize> {
        let (own, next) = self.contents.changes;
        (own == digest).then_some(next)
    }

    pub(crate) fn state(&self) -> &State {
        &self.contents.state
    }

    /// Its time in the simulation, ms.
    pub fn time(&self) -> f64 {
        self.contents.state.time()
    }

    /// Number of steps from t = 0 to its time.
    pub fn steps(&self) -> u64 {
        self.contents.state.steps()
    }

    /// Number of spikes up to its time.
    pub fn spike_count(&self) -> usize {
        self.contents.spike_counts.total()
    }

    /// The same, counted separately for cells with membrane and artificial cells.
    pub fn spike_counts(&self) -> SpikeCounts {
        self.contents.spike_counts
    }

    /// The contents of its file.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Writing numbers and lists of known length to memory cannot fail.
        let contents = postcard::to_stdvec(&self.contents).expect("a state has a form in bytes");
        let mut bytes = Vec::with_capacity(HEADER + contents.len());
        bytes.extend(SIGNATURE);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend((contents.len() as u64).to_le_bytes());
        bytes.extend(xxh3_128(&contents).to_le_bytes());
        bytes.extend(contents);
        bytes
    }

    /// Reads a checkpoint from the contents of its file.
    ///
    /// # Errors
    /// Bytes that are not a checkpoint, or a checkpoint of another version, truncated, or changed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let digest = digest_of(bytes, bytes.len() as u64)?;
        let contents = &bytes[HEADER..];
        if xxh3_128(contents) != digest {
            return Err(CheckpointError::Damaged);
        }
        let contents = postcard::from_bytes(contents).map_err(|_| CheckpointError::Damaged)?;
        Ok(Self { contents })
    }

    /// Writes it to a file. It replaces only another checkpoint, and only after it is completely on the disk.
    ///
    /// # Errors
    /// As [`check_place`](Self::check_place); a file that can't be written.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), CheckpointError> {
        let path = path.as_ref();
        let written = loligo_io::replace(path, KIND, |out| {
            out.write_all(&self.to_bytes())?;
            out.flush()?;
            out.get_ref().sync_all()
        });
        written.map_err(|error| unwritable(path, &error))
    }

    /// Checks that a checkpoint can be [written](Self::write) to a file, before a long run. Nothing is changed.
    ///
    /// # Errors
    /// A file of this name that is not a checkpoint; a folder that does not exist or can't be written to.
    pub fn check_place(path: impl AsRef<Path>) -> Result<(), CheckpointError> {
        let path = path.as_ref();
        let folder = path.parent().unwrap_or(path);
        let checked = loligo_io::check_place(path, KIND).and_then(|()| loligo_io::check_folder(folder));
        checked.map_err(|error| unwritable(path, &error))
    }

    /// Reads it from a file.
    ///
    /// # Errors
    /// A file that can't be read; otherwise as [`from_bytes`](Self::from_bytes).
    pub fn read(path: impl AsRef<Path>) -> Result<Self, CheckpointError> {
        let path = path.as_ref();
        let unreadable = |reason: InputError| CheckpointError::Unreadable { path: path.to_owned(), reason };
        let mut file = InputFile::open(path, MOST_BYTES).map_err(unreadable)?;
        // The header decides if the rest is read into memory.
        let mut bytes = Vec::new();
        file.by_ref().take(HEADER as u64).read_to_end(&mut bytes).map_err(|error| unreadable(error.into()))?;
        digest_of(&bytes, file.size())?;
        file.rewind().map_err(|error| unreadable(error.into()))?;
        Self::from_bytes(&file.contents().map_err(unreadable)?)
    }
}

/// The digest of the contents, by the header of a file of that many bytes.
fn digest_of(header: &[u8], bytes: u64) -> Result<u128, CheckpointError> {
    let length = SIGNATURE.len().min(header.len());
    if header.is_empty() || header[..length] != SIGNATURE[..length] {
        return Err(CheckpointError::NoCheckpoint);
    }
    let header =
        header.first_chunk::<HEADER>().ok_or(CheckpointError::CutShort { found: bytes, expected: HEADER as u64 })?;
    let field = |start: usize| header[start..].iter();
    let version = u32::from_le_bytes(take(field(16)));
    if version != VERSION {
        return Err(CheckpointError::Version { found: version, expected: VERSION });
    }
    let expected = u64::from_le_bytes(take(field(20))).saturating_add(HEADER as u64);
    match bytes.cmp(&expected) {
        Ordering::Less => Err(CheckpointError::CutShort { found: bytes, expected }),
        Ordering::Greater => Err(CheckpointError::Damaged),
        Ordering::Equal => Ok(u128::from_le_bytes(take(field(28)))),
    }
}

const KIND: OwnKind = OwnKind { name: "a checkpoint", is_own: |bytes| bytes.starts_with(&SIGNATURE) };

fn unwritable(path: &Path, error: &loligo_io::OutputError) -> CheckpointError {
    CheckpointError::Unwritable { path: path.to_owned(), reason: error.to_string() }
}

/// The first bytes of a part of the header, which has more.
fn take<'a, const N: usize>(mut bytes: impl Iterator<Item = &'a u8>) -> [u8; N] {
    std::array::from_fn(|_| bytes.next().copied().unwrap_or_default())
}
