//! Commands that run, draw and compare models in the case vocabulary.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use loligo_validation::case_file::{Case, CaseFile};
use loligo_validation::compare::{Bounds, compare};
use loligo_validation::coverage::Coverage;
use loligo_validation::differential::{Candidate, Outcome, run_case, smallest_failing};
use loligo_validation::draw::{Size, draw};
use loligo_validation::draw_mods::draw_with_mechanisms;
use loligo_validation::engines::{NeuronOptions, Numerics, loligo};
use loligo_validation::mods;
use loligo_validation::reference::{Recipe, make};
use loligo_validation::report;
use loligo_validation::sensitivity::{NUDGE, Sensitivity};
use loligo_validation::simulator::Simulator;
use loligo_validation::tally::Tally;
use loligo_validation::thinning::thin;
use loligo_validation::vocabulary::Definition;

/// An error with a message for the user.
type Failure = Box<dyn std::error::Error>;

/// Loligo against NEURON: run, draw and compare models in the case vocabulary.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the cases of a file; fails if any case cannot be run, after running the others
    Run {
        /// Case file to run
        cases: PathBuf,
        /// Case file to write, with results
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Simulator that runs them
        #[arg(long, default_value = "loligo")]
        simulator: Engine,
        /// Arithmetic of Loligo
        #[arg(long, default_value = "fast")]
        numerics: Numerics,
        /// Store every n-th sample, and a digest of all [default: all samples]
        #[arg(long, value_name = "SAMPLES")]
        every: Option<usize>,
        #[command(flatten)]
        neuron: NeuronOptions,
    },
    /// Compare the results of two case files; fails if they are out of bounds
    Compare {
        /// Case file with the results expected
        expected: PathBuf,
        /// Case file with the results found
        found: PathBuf,
        /// Differences allowed
        #[arg(long, default_value = "exact")]
        bounds: Bounds,
    },
    /// Draw random models
    Draw {
        /// The same seed gives the same models
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Number of models
        #[arg(long, default_value_t = 100)]
        count: u64,
        /// From 1, small, to 5
        #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=5))]
        size: u32,
        /// Draw models that bring mechanisms in NMODL, which are drawn as well
        #[arg(long)]
        mods: bool,
        /// Case file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Count the features of the models in a case file
    Coverage {
        /// Case file, with or without results
        cases: PathBuf,
    },
    /// Draw models, run them on NEURON and on Loligo in both kinds of arithmetic, and report the differences
    Differential {
        /// The same seed gives the same models
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Number of models
        #[arg(long, default_value_t = 200)]
        count: u64,
        /// From 1, small, to 5
        #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=5))]
        size: u32,
        /// Draw models that bring mechanisms in NMODL, which are drawn as well
        #[arg(long)]
        mods: bool,
        /// Only these kinds of arithmetic of Loligo
        #[arg(long, value_delimiter = ',', default_values = ["exact", "fast"])]
        numerics: Vec<Numerics>,
        /// Directory for a report with pictures, and for the smallest models that fail
        #[arg(long, value_name = "DIR", default_value = "out/differential")]
        report: PathBuf,
        /// Largest number of failing models that are made small
        #[arg(long, default_value_t = 10)]
        shrink: usize,
        /// Largest number of trials for making one model small
        #[arg(long, default_value_t = 400)]
        trials: usize,
        #[command(flatten)]
        neuron: NeuronOptions,
    },
    /// Run cases of mechanisms in NMODL, and write what a judge compares with NEURON's numbers
    Mods {
        /// Directory with the case files (JSON, or JSON packed by xz)
        cases: PathBuf,
        /// Directory with the .mod files, by repository and path
        #[arg(long, value_name = "DIR")]
        sources: PathBuf,
        /// Directory to write to, a file for each case file
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Arithmetic of Loligo
        #[arg(long, default_value = "exact")]
        numerics: Numerics,
    },
    /// Make the reference for the default tests with NEURON
    Reference {
        /// Case file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Seed of the models to choose from
        #[arg(long, default_value_t = 9)]
        seed: u64,
        /// Number of models to choose from
        #[arg(long, default_value_t = 1500)]
        pool: u64,
        /// Number of models to keep
        #[arg(long, default_value_t = 60)]
        keep: usize,
        /// Store every n-th sample, and a digest of all
        #[arg(long, default_value_t = 5)]
        every: usize,
        #[command(flatten)]
        neuron: NeuronOptions,
    },
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Engine {
    Loligo,
    Neuron,
}

fn main() -> ExitCode {
    match execute(Arguments::parse().command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::from(2)
        }
    }
}

/// Returns true if everything ran and is within the bounds.
fn execute(command: Command) -> Result<bool, Failure> {
    match command {
        Command::Run { cases, out, simulator, numerics, every, neuron } => {
            let mut simulator: Box<dyn Simulator> = match simulator {
                Engine::Loligo => loligo(numerics),
                Engine::Neuron => Box::new(neuron.start()?),
            };
            run(&cases, &out, simulator.as_mut(), every)
        }
        Command::Compare { expected, found, bounds } => compare_files(&expected, &found, bounds),
        Command::Draw { seed, count, size, mods, out } => {
            let definitions = (0..count).map(|index| drawn(mods)(seed, index, Size::new(size)));
            let without_results = |definition| Case { definition, results: None, error: None };
            let cases = definitions.map(without_results).collect();
            CaseFile { generated_with: String::new(), cases }.write(&out)?;
            Ok(true)
        }
        Command::Coverage { cases } => {
            let mut coverage = Coverage::default();
            for case in CaseFile::read(&cases)?.cases {
                coverage.add(&case.definition, case.results.as_ref());
            }
            print!("{coverage}");
            Ok(true)
        }
        Command::Differential { seed, count, size, mods, numerics, report, shrink, trials, neuron } => {
            let mut candidates = Vec::new();
            for numerics in numerics {
                candidates.push(Candidate {
                    label: format!("Loligo {numerics:?}"),
                    simulator: loligo(numerics),
                    bounds: match numerics {
                        Numerics::Exact => Bounds::Exact,
                        Numerics::Fast => Bounds::Fast,
                    },
                });
            }
            let cases: Vec<_> = (0..count).map(|index| drawn(mods)(seed, index, Size::new(size))).collect();
            let mods = if mods { " --mods" } else { "" };
            let drawn = format!("--seed {seed} --count {count} --size {size}{mods}");
            let smallest = Smallest { models: shrink, trials };
            differential(&cases, &drawn, candidates, &report, &smallest, &neuron)
        }
        Command::Mods { cases, sources, out, numerics } => {
            let counts = mods::run(&cases, &sources, &out, numerics)?;
            println!("{} of {} cases ran", counts.ran, counts.cases);
            Ok(true)
        }
        Command::Reference { out, seed, pool, keep, every, neuron } => {
            let file = make(&mut neuron.start()?, Recipe { seed, pool, keep, every })?;
            file.write(&out)?;
            println!("{} models, {} bytes", file.cases.len(), std::fs::metadata(&out)?.len());
            Ok(true)
        }
    }
}

/// The function that draws a model of a seed.
fn drawn(mods: bool) -> fn(u64, u64, Size) -> Definition {
    if mods { draw_with_mechanisms } else { draw }
}

fn run(cases: &Path, out: &Path, simulator: &mut dyn Simulator, every: Option<usize>) -> Result<bool, Failure> {
    let mut file = CaseFile::read_definitions(cases)?;
    file.generated_with = simulator.name();
    let mut failed = 0;
    for case in &mut file.cases {
        (case.results, case.error) = match simulator.run(&case.definition) {
            Ok(results) => (Some(if let Some(every) = every { thin(&results, every) } else { results }), None),
            Err(error) => {
                failed += 1;
                eprintln!("{}: {error}", case.definition.name);
                (None, Some(error.to_string()))
            }
        };
    }
    file.write(out)?;
    println!("{} of {} cases ran", file.cases.len() - failed, file.cases.len());
    Ok(failed == 0)
}

fn compare_files(expected: &Path, found: &Path, bounds: Bounds) -> Result<bool, Failure> {
    let (expected, found) = (CaseFile::read(expected)?, CaseFile::read(found)?);
    let mut disagreeing = 0;
    for (index, case) in expected.cases.iter().enumerate() {
        let name = &case.definition.name;
        let mut agrees = false;
        let named = |other: &&Case| other.definition.name == *name;
        // names may repeat: the case at the same index is preferred
        let other = found.cases.get(index).filter(named);
        let other = other.or_else(|| found.cases.iter().find(named));
        match (&case.results, other) {
            (None, _) => println!("{name}: nothing is expected of it"),
            (Some(_), None) => println!("{name}: missing in the second file"),
            (Some(expected), Some(other)) => match &other.results {
                None => println!("{name}: {}", other.error.as_deref().unwrap_or("no results")),
                Some(_) if other.definition != case.definition => {
                    println!("{name}: the two files mean different models by it");
                }
                Some(found) => {
                    let comparison = compare(&case.definition, expected, found);
                    agrees = comparison.within(bounds);
                    let (ulps, voltage) = (comparison.ulps(), comparison.voltage());
                    println!("{name}: {ulps} ULP, |dv| {voltage:.1e} mV");
                    for line in comparison.summary(bounds) {
                        println!("    {line}");
                    }
                }
            },
        }
        disagreeing += usize::from(!agrees);
    }
    println!("{} of {} cases agree", expected.cases.len() - disagreeing, expected.cases.len());
    Ok(disagreeing == 0)
}

/// Limits of the work for making failing models small.
struct Smallest {
    models: usize,
    trials: usize,
}

fn differential(
    cases: &[Definition],
    drawn: &str,
    mut candidates: Vec<Candidate>,
    directory: &Path,
    smallest: &Smallest,
    neuron: &NeuronOptions,
) -> Result<bool, Failure> {
    let mut neuron = neuron.start()?;
    let mut coverage = Coverage::default();
    let mut outcomes = Vec::new();
    for case in cases {
        let outcome = run_case(&mut neuron, &mut candidates, case);
        coverage.add(case, outcome.expected.as_ref().ok());
        tell(&outcome, &candidates);
        outcomes.push(outcome);
    }
    print!("{coverage}");
    let tally = Tally::of(&outcomes, &candidates)?;
    for (index, candidate) in candidates.iter_mut().enumerate() {
        let failing = |outcome: &&Outcome| outcome.found.get(index).is_some_and(|f| !f.agrees && !f.is_undecidable());
        for outcome in outcomes.iter().filter(failing).take(smallest.models) {
            let case = smallest_failing(&mut neuron, candidate, &outcome.case, smallest.trials);
            save_smallest(directory, &mut neuron, candidate, &case)?;
        }
    }
    let facts = neuron.facts();
    let mut table = vec![
        ("NEURON".to_owned(), facts.neuron.clone()),
        ("Python".to_owned(), facts.python.clone()),
        ("platform".to_owned(), facts.platform.clone()),
        ("models".to_owned(), format!("loligo-validation draw {drawn}")),
    ];
    for candidate in &candidates {
        table.push((candidate.label.clone(), candidate.simulator.name()));
    }
    let page = report::write(directory, &table, &candidates, &outcomes)?;
    println!("report: {}", page.display());
    print!("{tally}");
    if tally.ran == 0 {
        return Err("NEURON ran none of the models, so that nothing was compared; its messages are above".into());
    }
    Ok(tally.is_agreement())
}

/// Prints the faults of an outcome, if any.
fn tell(outcome: &Outcome, candidates: &[Candidate]) {
    let name = &outcome.case.name;
    if let Err(error) = &outcome.expected {
        println!("{name}: NEURON: {error}");
    }
    for (found, candidate) in outcome.found.iter().zip(candidates) {
        match &found.results {
            Err(error) => println!("{name}: {}: {error}", candidate.label),
            Ok((_, comparison)) => {
                for line in comparison.summary(candidate.bounds) {
                    println!("{name}: {}: {line}", candidate.label);
                }
            }
        }
    }
}

/// Saves a small failing model with NEURON's results and prints its description.
fn save_smallest(
    directory: &Path,
    neuron: &mut dyn Simulator,
    candidate: &mut Candidate,
    case: &Definition,
) -> Result<(), Failure> {
    let outcome = run_case(neuron, std::slice::from_mut(candidate), case);
    println!("\nsmallest of {}, {}:", case.name, candidate.label);
    println!("{}", serde_json::to_string(case)?);
    tell(&outcome, std::slice::from_ref(candidate));
    if let Ok(expected) = &outcome.expected
        && let Some(sensitivity) = Sensitivity::measure(neuron, case, expected)
    {
        let moves = sensitivity.voltage();
        println!("NEURON's voltages move by {moves:.1e} mV when v_init moves by {NUDGE:e} mV or less");
    }
    let case = Case { definition: case.clone(), results: outcome.expected.ok(), error: None };
    let label = candidate.label.to_lowercase().replace(' ', "-");
    let path = directory.join(format!("{}-{label}.json", case.definition.name));
    std::fs::create_dir_all(directory)?;
    CaseFile { generated_with: neuron.name(), cases: vec![case] }.write(&path)?;
    println!("saved as {}", path.display());
    Ok(())
}
