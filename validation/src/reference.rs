//! The reference that is stored with the source: few short models that cover all features, with
//! NEURON's results thinned out, so that they are small and still verify every bit.

use std::collections::BTreeMap;

use crate::case_file::{Case, CaseFile};
use crate::coverage::features;
use crate::draw::{Size, draw};
use crate::simulator::{Simulator, SimulatorError};
use crate::thinning::thin;
use crate::vocabulary::{Definition, Results};

/// Parameters for making the reference.
#[derive(Clone, Copy, Debug)]
pub struct Recipe {
    /// Seed of the models to choose from.
    pub seed: u64,
    /// Number of models to choose from.
    pub pool: u64,
    /// Number of models to keep.
    pub keep: usize,
    /// Distance between the samples kept.
    pub every: usize,
}

/// Number of models wanted for each feature.
const WANTED: usize = 4;

/// Draws models, runs them and keeps those that together cover most features.
///
/// Models alternate between the two smallest sizes. The choice is greedy: the next model is the one
/// with most features that are still wanted; of equal models, the shorter one.
///
/// # Errors
/// If the simulator fails on a drawn model.
pub fn make(simulator: &mut dyn Simulator, recipe: Recipe) -> Result<CaseFile, SimulatorError> {
    let mut pool = Vec::new();
    for index in 0..recipe.pool {
        let case = draw(recipe.seed, index, Size::new(1 + (index % 2) as u32));
        let results = simulator.run(&case)?;
        let features = features(&case, Some(&results));
        pool.push((case, results, features));
    }
    let mut had: BTreeMap<String, usize> = BTreeMap::new();
    let mut cases = Vec::new();
    while cases.len() < recipe.keep {
        let gain = |features: &std::collections::BTreeSet<String>| {
            let scarce = features.iter().map(|f| WANTED.saturating_sub(had.get(f).copied().unwrap_or(0)));
            scarce.map(|missing| missing * missing).sum::<usize>()
        };
        let best = pool.iter().enumerate().max_by_key(|(index, (case, results, features))| {
            (gain(features), std::cmp::Reverse((numbers(case, results), *index)))
        });
        let Some((index, _)) = best else { break };
        let (definition, results, features) = pool.swap_remove(index);
        for feature in features {
            *had.entry(feature).or_default() += 1;
        }
        let results = Some(thin(&results, recipe.every));
        cases.push(Case { definition, results, error: None });
    }
    Ok(CaseFile { generated_with: simulator.name(), cases })
}

/// Number of values in a case's results.
fn numbers(case: &Definition, results: &Results) -> usize {
    results.n_fadvance as usize * (1 + case.probes.len())
}
