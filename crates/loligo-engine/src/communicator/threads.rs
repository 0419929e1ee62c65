//! Ranks in one process.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use super::{CommunicationError, Communicator, Messages};

/// A rank in a thread of its own, connected to the others of its process by channels.
///
/// Within one process the engine's own threads do the same work with less memory. These ranks are for programs that are
/// written for ranks, and for their tests.
///
/// ```
/// use loligo_engine::{Communicator, Messages, Threads};
///
/// let sums = std::thread::scope(|scope| {
///     let ranks = Threads::ranks(3).into_iter().map(|mut rank| {
///         scope.spawn(move || {
///             let mut all = Messages::default();
///             rank.all_gather(&[rank.rank() as u8 + 1], &mut all)?;
///             Ok::<u8, loligo_engine::CommunicationError>((0..3).map(|rank| all.of(rank)[0]).sum())
///         })
///     });
///     // All must run before one is waited for.
///     let ranks: Vec<_> = ranks.collect();
///     ranks.into_iter().map(|rank| rank.join().expect("no rank panics")).collect::<Vec<_>>()
/// });
/// assert_eq!(sums, [Ok(6), Ok(6), Ok(6)]);
/// ```
#[derive(Debug)]
pub struct Threads {
    rank: usize,
    /// Channels to and from each rank, this one included.
    to: Vec<Sender<Arc<[u8]>>>,
    from: Vec<Receiver<Arc<[u8]>>>,
}

impl Threads {
    /// `count` ranks, at least one, each to be moved to its thread.
    pub fn ranks(count: usize) -> Vec<Self> {
        let rank = |rank| Self { rank, to: Vec::new(), from: Vec::new() };
        let mut ranks: Vec<Self> = (0..count.max(1)).map(rank).collect();
        for from in 0..ranks.len() {
            for to in 0..ranks.len() {
                let (sender, receiver) = channel();
                ranks[from].to.push(sender);
                ranks[to].from.push(receiver);
            }
        }
        ranks
    }

    fn send(&self, to: usize, message: Arc<[u8]>) -> Result<(), CommunicationError> {
        self.to[to].send(message).map_err(|_| CommunicationError::RankLost { rank: to })
    }

    fn receive_all(&self, all: &mut Messages) -> Result<(), CommunicationError> {
        for (rank, from) in self.from.iter().enumerate() {
            all.push(&from.recv().map_err(|_| CommunicationError::RankLost { rank })?);
        }
        Ok(())
    }
}

impl Communicator for Threads {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.to.len()
    }

    fn all_gather(&mut self, own: &[u8], all: &mut Messages) -> Result<(), CommunicationError> {
        all.clear();
        let message: Arc<[u8]> = own.into();
        (0..self.size()).try_for_each(|rank| self.send(rank, Arc::clone(&message)))?;
        self.receive_all(all)
    }

    fn gather(&mut self, own: &[u8], all: &mut Messages) -> Result<(), CommunicationError> {
        all.clear();
        self.send(0, own.into())?;
        if self.rank == 0 { self.receive_all(all) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_that_is_gone_is_an_error_not_a_wait() {
        let mut ranks = Threads::ranks(3);
        drop(ranks.remove(1));
        let mut all = Messages::default();
        for rank in &mut ranks {
            assert_eq!(rank.all_gather(b"here", &mut all), Err(CommunicationError::RankLost { rank: 1 }));
        }
    }

    #[test]
    fn only_rank_0_gathers() {
        let mut ranks = Threads::ranks(2);
        let mut all = Messages::default();
        ranks[1].gather(b"one", &mut all).unwrap();
        assert!(all.is_empty());
        ranks[0].gather(b"zero", &mut all).unwrap();
        assert_eq!((all.of(0), all.of(1)), (&b"zero"[..], &b"one"[..]));
    }
}
