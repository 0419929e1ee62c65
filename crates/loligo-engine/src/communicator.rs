//! Communication between ranks: engines that share a network, in one process or in many.

#[cfg(feature = "mpi")]
mod mpi;
mod threads;

use std::fmt::Debug;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;

#[cfg(feature = "mpi")]
pub use mpi::Mpi;
pub use threads::Threads;

/// The communication of a rank with the others.
///
/// Every rank runs the same program on the same network and computes some of its cells. All ranks make the same calls
/// in the same order, and a call returns when every rank has made it. Therefore an error of the model reaches all ranks
/// through these calls, and all end with it. An error of the communication itself ends the rank where it occurs; the
/// other ranks then fail to communicate and end too.
///
/// [`Alone`] is the only rank; [`Threads`] are ranks in one process, `Mpi` (feature `mpi`) in many. Another means of
/// communication must implement these four methods:
///
/// ```
/// use loligo_engine::{CommunicationError, Communicator, Messages};
///
/// #[derive(Debug)]
/// struct Solitary;
///
/// impl Communicator for Solitary {
///     fn rank(&self) -> usize {
///         0
///     }
///
///     fn size(&self) -> usize {
///         1
///     }
///
///     fn all_gather(&mut self, own: &[u8], all: &mut Messages) -> Result<(), CommunicationError> {
///         all.clear();
///         all.push(own);
///         Ok(())
///     }
///
///     fn gather(&mut self, own: &[u8], all: &mut Messages) -> Result<(), CommunicationError> {
///         self.all_gather(own, all)
///     }
/// }
/// ```
pub trait Communicator: Debug + Send {
    /// Number of this rank, from 0; rank 0 gathers the results.
    fn rank(&self) -> usize;

    /// Number of ranks, at least 1.
    fn size(&self) -> usize;

    /// Sends a message of any length to every rank: `all` becomes the messages of rank 0, of rank 1, and so
    /// on.
    ///
    /// # Errors
    /// A rank that has ended, or a message that is too large to send.
    fn all_gather(&mut self, own: &[u8], all: &mut Messages) -> Result<(), CommunicationError>;

    /// Sends a message of any length to rank 0, where `all` becomes as in [`all_gather`](Self::all_gather); on the
    /// other ranks `all` becomes empty.
    ///
    /// # Errors
    /// As `all_gather`.
    fn gather(&mut self, own: &[u8], all: &mut Messages) -> Result<(), CommunicationError>;
}

impl dyn Communicator + '_ {
    /// Sends a value to every rank, and returns the values of all ranks, by rank.
    ///
    /// ```
    /// use loligo_engine::{Alone, Communicator};
    /// let line: &mut dyn Communicator = &mut Alone;
    /// assert_eq!(line.tell_all(&"ready".to_owned()), Ok(vec!["ready".to_owned()]));
    /// ```
    ///
    /// # Errors
    /// As [`all_gather`](Communicator::all_gather); also if another rank sent something other than such
    /// a value.
    pub fn tell_all<T: Serialize + DeserializeOwned>(&mut self, own: &T) -> Result<Vec<T>, CommunicationError> {
        let mut all = Messages::default();
        self.all_gather(&encode(own, Vec::new())?, &mut all)?;
        (0..all.len()).map(|rank| all.decode(rank)).collect()
    }
}

/// Appends a value to a message.
pub(crate) fn encode<T: Serialize>(value: &T, message: Vec<u8>) -> Result<Vec<u8>, CommunicationError> {
    postcard::to_extend(value, message).map_err(|_| CommunicationError::Unspeakable)
}

/// Messages received from all ranks, one from each, in one piece of memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Messages {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Messages {
    /// Drops all messages and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// Appends the message of the next rank.
    pub fn push(&mut self, message: &[u8]) {
        self.bytes.extend_from_slice(message);
        self.ends.push(self.bytes.len());
    }

    /// Appends memory for a message of the next rank, and returns it to be filled in.
    pub fn push_room(&mut self, length: usize) -> &mut [u8] {
        let start = self.bytes.len();
        self.bytes.resize(start + length, 0);
        self.ends.push(start + length);
        &mut self.bytes[start..]
    }

    /// Number of messages.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True if there is no message.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The message of a rank; empty if there is none.
    pub fn of(&self, rank: usize) -> &[u8] {
        let Some(&end) = self.ends.get(rank) else { return &[] };
        let start = rank.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..end]
    }

    /// Decodes the message of a rank to a value.
    pub(crate) fn decode<'a, T: Deserialize<'a>>(&'a self, rank: usize) -> Result<T, CommunicationError> {
        postcard::from_bytes(self.of(rank)).map_err(|_| CommunicationError::Garbled { rank })
    }
}

/// The only rank.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Alone;

impl Communicator for Alone {
    fn rank(&self) -> usize {
        0
    }

    fn size(&self) -> usize {
        1
    }

    fn all_gather(&mut self, own: &[u8], all: &mut Messages) -> Result<(), CommunicationError> {
        all.clear();
        all.push(own);
        Ok(())
    }

    fn gather(&mut self, own: &[u8], all: &mut Messages) -> Result<(), CommunicationError> {
        self.all_gather(own, all)
    }
}

/// Errors of the communication between ranks.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[non_exhaustive]
pub enum CommunicationError {
    /// A rank ended before the others.
    #[error("rank {rank} is gone; look for its own message")]
    RankLost {
        /// The first such rank.
        rank: usize,
    },
    /// The message is larger than can be sent at once.
    #[error(
        "a message of {bytes} bytes is more than {limit}; take more ranks, or let less be recorded between reports"
    )]
    TooLarge {
        /// Size of the message.
        bytes: usize,
        /// The largest size that can be sent.
        limit: usize,
    },
    /// A message that cannot be decoded.
    #[error("the message of rank {rank} means nothing; start every rank from the same program")]
    Garbled {
        /// The rank that sent the message.
        rank: usize,
    },
    /// A value that cannot be encoded as a message.
    #[error("a value cannot be written as a message")]
    Unspeakable,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_keep_their_lengths_and_order() {
        let mut messages = Messages::default();
        messages.push(b"one");
        messages.push(b"");
        messages.push_room(2).copy_from_slice(b"22");
        assert_eq!(
            (messages.len(), messages.of(0), messages.of(1), messages.of(2)),
            (3, &b"one"[..], &b""[..], &b"22"[..])
        );
        assert_eq!(messages.of(7), b"");
        messages.clear();
        assert!(messages.is_empty());
    }

    #[test]
    fn what_means_nothing_is_an_error() {
        let mut messages = Messages::default();
        messages.push(&[0xff; 3]);
        assert_eq!(messages.decode::<String>(0), Err(CommunicationError::Garbled { rank: 0 }));
    }
}
