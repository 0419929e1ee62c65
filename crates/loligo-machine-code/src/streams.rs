//! The streams that functions work on.

use std::fmt;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ptr::NonNull;

use crate::program::Program;

/// A stream, as machine code finds it.
#[derive(Clone, Copy)]
pub(crate) union Stream {
    pointer: *mut f64,
    number: f64,
}

/// Streams in the order of their numbers, to be [used](Streams::extend) in many calls.
#[derive(Clone)]
pub struct StreamTable {
    streams: Vec<Stream>,
    /// Numbers of the shortest stream.
    shortest: usize,
    /// One bit for each stream with one number for all lanes.
    numbers: u128,
}

// SAFETY: its pointers are followed only under the conditions of `Streams::extend`, which hold for any thread.
unsafe impl Send for StreamTable {}
// SAFETY: as above.
unsafe impl Sync for StreamTable {}

impl fmt::Debug for StreamTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} streams", self.streams.len())
    }
}

impl Default for StreamTable {
    fn default() -> Self {
        Self { streams: Vec::new(), shortest: usize::MAX, numbers: 0 }
    }
}

impl StreamTable {
    /// Adds a stream of `length` numbers that may be read and written. There must not be more than
    /// [`Program::MOST_STREAMS`] streams when they are used.
    pub fn write(&mut self, first: NonNull<f64>, length: usize) {
        self.shortest = self.shortest.min(length);
        self.streams.push(Stream { pointer: first.as_ptr() });
    }

    /// Adds a stream with one number for all lanes.
    pub fn number(&mut self, number: f64) {
        self.numbers |= 1_u128.checked_shl(self.streams.len() as u32).unwrap_or(0);
        self.streams.push(Stream { number });
    }

    /// One bit for each stream with one number for all lanes.
    #[inline]
    pub fn numbers(&self) -> u128 {
        self.numbers
    }
}

/// The streams and tables of a call, each in the order of their numbers.
pub struct Streams<'a> {
    /// The first `count` are set.
    pub(crate) streams: [MaybeUninit<Stream>; Program::MOST_STREAMS as usize],
    pub(crate) count: usize,
    pub(crate) tables: [MaybeUninit<*const f64>; Program::MOST_TABLES as usize],
    pub(crate) count_of_tables: usize,
    /// One bit for each table of eight functions, and of four.
    pub(crate) tables_by_functions: [u32; 2],
    pub(crate) shortest: usize,
    /// One bit for each stream that must not be written.
    pub(crate) read_only: u128,
    /// One bit for each stream with one number for all lanes.
    pub(crate) numbers: u128,
    borrowed: PhantomData<&'a mut [f64]>,
}

impl fmt::Debug for Streams<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, count_of_tables, shortest, .. } = self;
        write!(f, "{count} streams with at least {shortest} numbers, {count_of_tables} tables")
    }
}

impl Default for Streams<'_> {
    #[inline]
    fn default() -> Self {
        Self {
            streams: [MaybeUninit::uninit(); Program::MOST_STREAMS as usize],
            count: 0,
            tables: [MaybeUninit::uninit(); Program::MOST_TABLES as usize],
            count_of_tables: 0,
            tables_by_functions: [0; 2],
            shortest: usize::MAX,
            read_only: 0,
            numbers: 0,
            borrowed: PhantomData,
        }
    }
}

impl<'a> Streams<'a> {
    /// Adds the streams of a table, from lane `start` on.
    ///
    /// # Panics
    /// If a stream has fewer than `start` numbers.
    ///
    /// # Safety
    /// The memory of each stream with a number for each lane must be numbers that are borrowed for writing for `'a`.
    #[inline]
    pub unsafe fn extend(&mut self, table: &StreamTable, start: usize) {
        assert!(start <= table.shortest, "a lane of the streams");
        let free = self.streams.get_mut(self.count..).unwrap_or_default();
        let count = table.streams.len().min(free.len());
        free[..count].write_copy_of_slice(&table.streams[..count]);
        if start > 0 {
            for (to, (stream, place)) in free.iter_mut().zip(table.streams.iter().zip(0..)) {
                if table.numbers & (1_u128 << place) == 0 {
                    // SAFETY: it is no number, and so the first of at least `start` numbers of one slice.
                    to.write(Stream { pointer: unsafe { stream.pointer.add(start) } });
                }
            }
        }
        self.numbers |= table.numbers.checked_shl(self.count as u32).unwrap_or(0);
        self.shortest = self.shortest.min(table.shortest - start);
        self.count += table.streams.len();
    }

    /// Adds a stream that is read. Streams beyond [`Program::MOST_STREAMS`] are counted only.
    #[inline]
    pub fn read(&mut self, numbers: &'a [f64]) {
        if self.count < u128::BITS as usize {
            self.read_only |= 1 << self.count;
        }
        self.shortest = self.shortest.min(numbers.len());
        self.push(Stream { pointer: numbers.as_ptr().cast_mut() });
    }

    /// Adds a stream that may be read and written.
    #[inline]
    pub fn write(&mut self, numbers: &'a mut [f64]) {
        self.shortest = self.shortest.min(numbers.len());
        self.push(Stream { pointer: numbers.as_mut_ptr() });
    }

    /// Adds a stream with one number for all lanes.
    #[inline]
    pub fn number(&mut self, number: f64) {
        if self.count < u128::BITS as usize {
            self.numbers |= 1 << self.count;
        }
        self.push(Stream { number });
    }

    /// Adds a table of coefficients, [as many](Program::table_length) as for its functions. Tables beyond
    /// [`Program::MOST_TABLES`] are counted only.
    #[inline]
    pub fn table(&mut self, coefficients: &'a [f64]) {
        if let Some(table) = self.tables.get_mut(self.count_of_tables) {
            table.write(coefficients.as_ptr());
            let functions = [Program::FUNCTIONS, Program::FEW_FUNCTIONS];
            for (tables, functions) in self.tables_by_functions.iter_mut().zip(functions) {
                *tables |= u32::from(coefficients.len() == Program::table_length(functions)) << self.count_of_tables;
            }
        }
        self.count_of_tables += 1;
    }

    #[inline]
    fn push(&mut self, stream: Stream) {
        if let Some(next) = self.streams.get_mut(self.count) {
            next.write(stream);
        }
        self.count += 1;
    }
}
