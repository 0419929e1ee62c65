//! Signals that end a run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::{fmt, io};

use loligo::StopRequest;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use signal_hook::iterator::Signals;

/// A signal that requests a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StopSignal {
    number: i32,
    /// Its name in messages.
    name: &'static str,
}

const STOP_SIGNALS: &[StopSignal] = &[
    StopSignal { number: SIGINT, name: "Ctrl-C" },
    StopSignal { number: SIGTERM, name: "SIGTERM" },
    #[cfg(unix)]
    StopSignal { number: signal_hook::consts::SIGHUP, name: "SIGHUP (its terminal was closed)" },
    #[cfg(unix)]
    StopSignal { number: signal_hook::consts::SIGXCPU, name: "SIGXCPU (the limit of processor time)" },
];

impl StopSignal {
    /// Ctrl-C.
    pub const INTERRUPT: Self = STOP_SIGNALS[0];

    /// The exit code that shells use for a process ended by this signal.
    pub fn exit_code(self) -> u8 {
        u8::try_from(128 + self.number).unwrap_or(u8::MAX)
    }

    /// True if a user at the terminal sent it and waits for the results; other senders soon kill a process that
    /// does not end.
    pub fn is_by_hand(self) -> bool {
        self == Self::INTERRUPT
    }
}

impl fmt::Display for StopSignal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Signals during a run: the first is stored and handled at the next opportunity; a second ends the program at once.
pub struct StopSignals {
    /// 0, or the index of the signal in the list plus 1.
    received: Arc<AtomicUsize>,
    at_once: Arc<AtomicBool>,
}

impl StopSignals {
    /// Starts to store signals, and to request a stop of the run by them. Before, they end the
    /// program at once.
    pub fn listen(stop: StopRequest) -> io::Result<Self> {
        let (received, at_once) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        for (index, signal) in STOP_SIGNALS.iter().enumerate().filter(|(_, signal)| !is_ignored_hangup(signal.number)) {
            // In this order: the first signal must not be counted as the second.
            flag::register_conditional_shutdown(signal.number, signal.exit_code().into(), Arc::clone(&at_once))?;
            flag::register(signal.number, Arc::clone(&at_once))?;
            flag::register_usize(signal.number, Arc::clone(&received), index + 1)?;
        }
        let listened = STOP_SIGNALS.iter().map(|signal| signal.number).filter(|&number| !is_ignored_hangup(number));
        let mut signals = Signals::new(listened.collect::<Vec<_>>())?;
        std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
            for _ in signals.forever() {
                stop.stop();
            }
        })?;
        Ok(Self { received, at_once })
    }

    /// The signal that requested a stop, if any.
    pub fn received(&self) -> Option<StopSignal> {
        STOP_SIGNALS.get(self.received.load(Ordering::Relaxed).checked_sub(1)?).copied()
    }

    /// From now on signals end the program at once again.
    pub fn end_at_once(&self) {
        self.at_once.store(true, Ordering::Relaxed);
    }
}

/// Prevents that a process which exceeds the size limit of files (`ulimit -f`) is killed: the write then fails, as on a
/// full disk.
pub fn survive_large_files() {
    #[cfg(unix)]
    // If this fails, the process is killed, as it would be without it.
    let _ = flag::register(signal_hook::consts::SIGXFSZ, Arc::new(AtomicBool::new(false)));
}

/// True if the program was started by `nohup` or similar, and must continue after its terminal has
/// been closed.
#[cfg(unix)]
fn is_ignored_hangup(signal: i32) -> bool {
    if signal != libc::SIGHUP {
        return false;
    }
    let mut action = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: no new action is given, so that the call only fills in `action`, for which all zeroes are a valid
    // value.
    let action = unsafe {
        libc::sigaction(signal, std::ptr::null(), action.as_mut_ptr());
        action.assume_init()
    };
    action.sa_sigaction == libc::SIG_IGN
}

#[cfg(not(unix))]
fn is_ignored_hangup(_: i32) -> bool {
    false
}
