//! Ranks as processes that an MPI launcher started.

use std::fmt;
use std::sync::Arc;

use mpi::Count;
use mpi::datatype::PartitionMut;
use mpi::environment::{Threading, Universe};
use mpi::topology::SimpleCommunicator;
use mpi::traits::{Communicator as _, CommunicatorCollectives as _, Destination as _, Root as _, Source as _};

use super::{CommunicationError, Communicator, Messages};

/// Bytes of a message that are sent together with its length; only longer messages need a second
/// round.
const SHORT: usize = 56;
const LENGTH: usize = size_of::<u64>();
const HEAD: usize = LENGTH + SHORT;
/// Bytes in one piece of a message to rank 0.
const PIECE: usize = 1 << 30;

/// All processes that an MPI launcher started (MPI's world communicator).
///
/// A failure within the MPI library, or a panic of one process, ends all processes.
#[derive(Clone)]
pub struct Mpi {
    _session: Arc<Session>,
    rank: usize,
    size: usize,
    heads: Vec<u8>,
    long: Vec<u8>,
}

/// An initialised MPI library, until the last [`Mpi`] that uses it is dropped.
struct Session {
    /// `None` where another part of the program initialised MPI, and will finalise it.
    _universe: Option<Universe>,
}

impl Drop for Session {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // The other ranks wait for this one, and finalising MPI would wait for them.
            SimpleCommunicator::world().abort(101);
        }
    }
}

impl Mpi {
    /// Initialises MPI, if the program has not done so before. If MPI was initialised here, it is finalised when the
    /// last clone is dropped. MPI cannot be initialised again in this process after that (`None`), so keep a clone as
    /// long as more simulations follow.
    pub fn world() -> Option<Self> {
        if mpi::environment::is_finalized() {
            return None;
        }
        let universe = mpi::initialize_with_threading(Threading::Serialized).map(|(universe, _)| universe);
        let world = SimpleCommunicator::world();
        let (rank, size) = (world.rank() as usize, world.size() as usize);
        let heads = vec![0; HEAD * size];
        Some(Self { _session: Arc::new(Session { _universe: universe }), rank, size, heads, long: Vec::new() })
    }
}

impl Communicator for Mpi {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.size
    }

    fn all_gather(&mut self, own: &[u8], all: &mut Messages) -> Result<(), CommunicationError> {
        let world = SimpleCommunicator::world();
        let mut head = [0; HEAD];
        head[..LENGTH].copy_from_slice(&(own.len() as u64).to_le_bytes());
        let short = own.len().min(SHORT);
        head[LENGTH..LENGTH + short].copy_from_slice(&own[..short]);
        world.all_gather_into(&head[..], &mut self.heads[..]);

        let is_long = |length: usize| length > SHORT;
        let lengths = || self.heads.chunks_exact(HEAD).map(length_of);
        let bytes: usize = lengths().filter(|&length| is_long(length)).sum();
        if bytes > Count::MAX as usize {
            return Err(CommunicationError::TooLarge { bytes, limit: Count::MAX as usize });
        }
        if bytes > 0 {
            let counts: Vec<Count> =
                lengths().map(|length| if is_long(length) { length as Count } else { 0 }).collect();
            let starts = counts.iter().scan(0, |end, count| Some(std::mem::replace(end, *end + count)));
            let starts: Vec<Count> = starts.collect();
            self.long.resize(bytes, 0);
            let own = if is_long(own.len()) { own } else { &[] };
            world.all_gather_varcount_into(own, &mut PartitionMut::new(&mut self.long[..], counts, starts));
        }
        all.clear();
        let mut long = &self.long[..];
        for head in self.heads.chunks_exact(HEAD) {
            let length = length_of(head);
            if is_long(length) {
                let (message, rest) = long.split_at(length);
                all.push(message);
                long = rest;
            } else {
                all.push(&head[LENGTH..LENGTH + length]);
            }
        }
        Ok(())
    }

    fn gather(&mut self, own: &[u8], all: &mut Messages) -> Result<(), CommunicationError> {
        let world = SimpleCommunicator::world();
        let root = world.process_at_rank(0);
        let length = own.len() as u64;
        all.clear();
        if self.rank > 0 {
            root.gather_into(&length);
            own.chunks(PIECE).for_each(|piece| root.send(piece));
            return Ok(());
        }
        let mut lengths = vec![0_u64; self.size];
        root.gather_into_root(&length, &mut lengths[..]);
        all.push(own);
        for (&length, rank) in lengths.iter().zip(0..).skip(1) {
            let room = all.push_room(length as usize);
            room.chunks_mut(PIECE).for_each(|piece| {
                world.process_at_rank(rank).receive_into(piece);
            });
        }
        Ok(())
    }
}

fn length_of(head: &[u8]) -> usize {
    head.first_chunk().map_or(0, |length| u64::from_le_bytes(*length) as usize)
}

impl fmt::Debug for Mpi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mpi").field("rank", &self.rank).field("size", &self.size).finish_non_exhaustive()
    }
}
