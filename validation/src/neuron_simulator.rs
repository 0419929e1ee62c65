//! NEURON as a [`Simulator`]: a Python process that runs `neuron/run_cases.py --serve`.
//!
//! One line of JSON goes to the process for each case and one comes back. The process runs each
//! case in a child process with a time limit of its own. If it does not respond nevertheless, it is
//! terminated here and restarted for the next case.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use serde::Deserialize;

use crate::simulator::{Simulator, SimulatorError};
use crate::vocabulary::{Definition, Results};

/// The environment variable with the path of a Python that has NEURON.
pub const PYTHON_VARIABLE: &str = "LOLIGO_NEURON_PYTHON";

/// Time for Python to start and import NEURON.
const START: Duration = Duration::from_secs(60);

/// Time after a case's limit within which the process must report that the limit was reached.
const GRACE: Duration = Duration::from_secs(10);

/// Number of bytes of the process's last output that are kept for messages.
const LAST_WORDS: usize = 2000;

/// NEURON in a Python process.
pub struct NeuronSimulator {
    python: PathBuf,
    script: PathBuf,
    timeout: Duration,
    server: Option<Server>,
    facts: ServerFacts,
}

/// The information that the process sends when it starts.
#[derive(Clone, Debug, Deserialize)]
pub struct ServerFacts {
    /// NEURON's version line.
    pub neuron: String,
    /// Python's version.
    pub python: String,
    /// Operating system and machine.
    pub platform: String,
}

/// A running process.
struct Server {
    process: Child,
    input: ChildStdin,
    lines: Receiver<String>,
    last_words: Option<JoinHandle<String>>,
}

/// A reply to a case.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Results(Box<Results>),
    Error { kind: String, message: String },
}

impl NeuronSimulator {
    /// Starts NEURON in `python`, which has `timeout` for each case.
    ///
    /// # Errors
    /// If the program cannot be started or has no NEURON.
    pub fn start(python: &Path, timeout: Duration) -> Result<Self, SimulatorError> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("neuron/run_cases.py");
        let (server, facts) = Server::start(python, &script, timeout)?;
        Ok(NeuronSimulator { python: python.into(), script, timeout, server: Some(server), facts })
    }

    /// The program in [`PYTHON_VARIABLE`], or the Python of the package's own virtual environment
    /// if there is one, or `python3`.
    pub fn default_python() -> PathBuf {
        if let Some(named) = std::env::var_os(PYTHON_VARIABLE) {
            return named.into();
        }
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join(".venv/bin/python");
        if own.exists() { own } else { "python3".into() }
    }

    /// Versions of the running programs.
    pub fn facts(&self) -> &ServerFacts {
        &self.facts
    }
}

impl Simulator for NeuronSimulator {
    fn name(&self) -> String {
        self.facts.neuron.clone()
    }

    fn run(&mut self, case: &Definition) -> Result<Results, SimulatorError> {
        let mut server = match self.server.take() {
            Some(server) => server,
            None => Server::start(&self.python, &self.script, self.timeout)?.0,
        };
        let request =
            serde_json::to_string(case).map_err(|error| SimulatorError::Refused { message: error.to_string() })?;
        // a closed pipe is reported, with the reason, when the reply is read
        let _ = writeln!(server.input, "{request}").and_then(|()| server.input.flush());
        let line = match server.lines.recv_timeout(self.timeout + GRACE) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => {
                server.end();
                return Err(SimulatorError::TimedOut { limit: self.timeout });
            }
            Err(RecvTimeoutError::Disconnected) => {
                return Err(SimulatorError::Crashed { message: server.end() });
            }
        };
        let answer = serde_json::from_str(&line);
        self.server = Some(server);
        match answer {
            Ok(Answer::Results(results)) => Ok(*results),
            Ok(Answer::Error { kind, message }) => Err(match kind.as_str() {
                "timeout" => SimulatorError::TimedOut { limit: self.timeout },
                "crashed" => SimulatorError::Crashed { message },
                _ => SimulatorError::Refused { message },
            }),
            Err(error) => Err(SimulatorError::Protocol {
                program: self.script.clone(),
                what: format!("{error} in {}", line.chars().take(200).collect::<String>()),
            }),
        }
    }
}

impl Server {
    fn start(python: &Path, script: &Path, timeout: Duration) -> Result<(Server, ServerFacts), SimulatorError> {
        let failed = |what: String| SimulatorError::NotStarted { program: python.into(), what };
        let mut process = Command::new(python)
            .arg(script)
            .arg("--serve")
            .arg("--timeout")
            .arg(timeout.as_secs_f64().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| failed(error.to_string()))?;
        let (Some(input), Some(output), Some(errors)) =
            (process.stdin.take(), process.stdout.take(), process.stderr.take())
        else {
            return Err(failed("its input or output is missing".into()));
        };
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                let Ok(line) = line else { break };
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let last_words = Some(std::thread::spawn(move || keep_last_words(errors)));
        let mut server = Server { process, input, lines, last_words };
        let hello = match server.lines.recv_timeout(START) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => {
                server.end();
                return Err(failed(format!("silent for {} s", START.as_secs())));
            }
            Err(RecvTimeoutError::Disconnected) => {
                let said = server.end();
                return Err(failed(said));
            }
        };
        match serde_json::from_str(&hello) {
            Ok(facts) => Ok((server, facts)),
            Err(error) => {
                server.end();
                Err(failed(format!("{error} in {hello}")))
            }
        }
    }

    /// Terminates the process and describes its exit status and last output.
    fn end(&mut self) -> String {
        // an error here means that it has terminated already
        let _ = self.process.kill();
        let status = match self.process.wait() {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        let said = self.last_words.take().and_then(|thread| thread.join().ok()).unwrap_or_default();
        format!("{status}; {}", said.trim())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.last_words.is_some() {
            self.end();
        }
    }
}

/// Reads to the end and returns the last part.
fn keep_last_words(mut stream: impl Read) -> String {
    let mut kept = Vec::new();
    let mut block = [0; 4096];
    while let Ok(count) = stream.read(&mut block) {
        if count == 0 {
            break;
        }
        kept.extend_from_slice(&block[..count]);
        kept.drain(..kept.len().saturating_sub(LAST_WORDS));
    }
    String::from_utf8_lossy(&kept).into_owned()
}
