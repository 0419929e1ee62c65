//! Paths that a run reads and writes besides its model, checked before its first step.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use loligo::{Checkpoint, CheckpointError};

use crate::failure::Failure;
use crate::output::directory::OutputDirectory;

/// The folder and the files of a run.
pub struct Places<'a> {
    /// The step, ms.
    pub dt: f64,
    /// The end of the run, ms.
    pub tstop: f64,
    /// Files that the model reads.
    pub files: &'a [PathBuf],
    pub model_path: &'a Path,
    /// `--out`, if given.
    pub out: Option<&'a Path>,
    pub save: Option<&'a Path>,
    /// ms.
    pub save_time: Option<f64>,
    pub restore: Option<&'a Path>,
}

impl Places<'_> {
    /// Half a step, ms: times that differ by less are in the same step, since a run ends with the first step that is
    /// within this tolerance of its end.
    fn tolerance(&self) -> f64 {
        self.dt / 2.0
    }

    /// Reads the checkpoint given by `--restore`.
    pub fn checkpoint(&self) -> Result<Option<Checkpoint>, Failure> {
        let Some(path) = self.restore else { return Ok(None) };
        let checkpoint = Checkpoint::read(path).map_err(|error| match error {
            CheckpointError::Unreadable { .. } => Failure::Input(format!("--restore: {error}")),
            other => refuse_restore(path, &other),
        })?;
        let end = self.save_time.unwrap_or(self.tstop);
        if checkpoint.time() >= end + self.tolerance() {
            let (t, what) = (ms(checkpoint.time()), if self.save_time.is_some() { "save-time" } else { "tstop" });
            let reason = format!("its time is {t} ms, after {} ms; give a later --{what}", ms(end));
            return Err(refuse_restore(path, &reason));
        }
        Ok(Some(checkpoint))
    }

    /// The folder of the output: `--out`, or one with the model's name under `out`; a restored run has a folder
    /// of its own.
    pub fn directory(&self, checkpoint: Option<&Checkpoint>) -> PathBuf {
        self.out.map_or_else(
            || {
                let mut name = self.model_path.file_stem().unwrap_or(self.model_path.as_os_str()).to_owned();
                if let Some(checkpoint) = checkpoint {
                    name.push(format!("_from_{}ms", ms(checkpoint.time())));
                }
                Path::new("out").join(name)
            },
            Path::to_owned,
        )
    }

    /// Checks that the output can be written to a folder, and that only the output of another run would be replaced.
    /// Nothing is changed.
    pub fn check_output(&self, directory: &Path, checkpoint: Option<&Checkpoint>) -> Result<(), Failure> {
        OutputDirectory::check(directory)?;
        if let Some(checkpoint) = checkpoint
            && let Some(start) = OutputDirectory::start_of_run(directory)
            && start < checkpoint.time() - self.tolerance()
        {
            let (start, from) = (ms(start), ms(checkpoint.time()));
            let reason = format!(
                "it holds a run from {start} ms on, which this one, from {from} ms on, would replace; \
                 give another directory with --out, or remove it"
            );
            return Err(Failure::output(directory, reason));
        }
        let folder = resolved(directory);
        for file in self.files {
            if name_in(&resolved(file), &folder).is_some_and(|name| OutputDirectory::kind_of(name).is_some()) {
                let reason = "the model reads it, and the output would replace it; give another directory with --out";
                return Err(Failure::output(file, reason));
            }
        }
        Ok(())
    }

    /// Checks that `--save` can be written, and that only another checkpoint would be replaced. Nothing is
    /// changed.
    pub fn check_save(&self, directory: &Path) -> Result<(), Failure> {
        let Some(path) = self.save else { return Ok(()) };
        let refuse = |reason: &str| Err(Failure::output(path, reason));
        let (file, folder) = (resolved(path), resolved(directory));
        if folder.starts_with(&file) {
            return refuse("the output goes to a folder of this name; give the name of a file with --save");
        }
        if name_in(&file, &folder).is_some_and(OutputDirectory::writes) {
            return refuse("this is the name of a file of the output; give another name with --save");
        }
        // A folder that does not exist yet has been checked.
        if file.parent() == Some(&folder) && !folder.exists() {
            return Ok(());
        }
        Checkpoint::check_place(path).map_err(|error| unwritten(path, error))
    }
}

/// A checkpoint given by `--restore` that cannot be used.
pub fn refuse_restore(path: &Path, reason: &dyn Display) -> Failure {
    Failure::Input(format!("--restore {}: {reason}", path.display()))
}

/// A checkpoint that cannot be written.
pub fn unwritten(path: &Path, error: CheckpointError) -> Failure {
    match error {
        CheckpointError::Unwritable { reason, .. } => Failure::output(path, reason),
        other => Failure::output(path, other),
    }
}

/// The name of a file, if it is in a folder.
fn name_in<'a>(file: &'a Path, folder: &Path) -> Option<&'a str> {
    file.file_name()?.to_str().filter(|_| file.parent() == Some(folder))
}

/// The path with its existing part resolved from links.
fn resolved(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = absolute.ancestors().find_map(|ancestor| {
        let rest = absolute.strip_prefix(ancestor).ok()?;
        let there = ancestor.canonicalize().ok()?;
        Some(if rest.as_os_str().is_empty() { there } else { there.join(rest) })
    });
    there.unwrap_or(absolute)
}

/// Formats a time that was summed up step by step, ms, as it would be written by hand.
pub fn ms(t: f64) -> String {
    let text = format!("{t:.6}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    text.to_owned()
}
