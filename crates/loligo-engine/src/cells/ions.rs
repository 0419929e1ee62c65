//! Ions of a group's cells: reversal potentials, concentrations and the currents that they carry.
//!
//! An ion is an installed mechanism whose variables other mechanisms share. Before each hook of a mechanism, the
//! variables that it reads are copied to it; after the hook, those that it writes are stored. The order within a step
//! is:
//!
//! 1. current phase: every ion's [currents](Ions::begin_currents) become 0, and reversal potentials follow
//!    concentrations; each mechanism [reads](Ions::read), computes, [adds its currents](Ions::add_currents) and
//!    [stores](Ions::store);
//! 2. state phase: each mechanism reads (ion currents are then the sums of the whole step), advances, and stores.
//!
//! Mechanisms that are computed together use the ion's columns [in place](Ions::in_place) where nothing reads their copies
//! within an epoch; they get these in its last step.
//!
//! The rules are NEURON's: the mechanisms on a segment determine the *style* of an ion there, which says if
//! concentrations start from their initial values and if the reversal potential is computed from them.

mod currents;
mod reversal_potentials;
mod style;
mod work;

use std::collections::HashMap;
use std::ops::Range;

use loligo_mechanisms::math::Lanes;
use loligo_mechanisms::{Block, ColumnView, Ion, IonVariable, KernelScratch, Kind, Numerics, Role};

use super::installed::Installed;
use crate::options::Options;
use style::Style;
pub(super) use work::{InPlace, IonAccess, IonWork};

/// An ion on the cells of the group.
#[derive(Clone, Debug)]
struct Species {
    /// Index among the installed mechanisms.
    installed: usize,
    valence: f64,
    /// Concentrations at the start of a run, mM, where a mechanism writes one.
    initial: (f64, f64),
    /// The style of each instance.
    styles: Vec<Style>,
    /// True if all reversal potentials follow the concentrations in every step, as [taken](Ions::take_styles).
    follows: bool,
    /// True if the reversal potential or a concentration changes during a run.
    changes: bool,
    /// True if the reversal potential is read within steps.
    potential: bool,
    /// True if the sums of its currents are read.
    currents: bool,
    /// True if the slopes of these sums are read.
    slopes: bool,
}

/// The use of an ion by an installed mechanism.
#[derive(Clone, Debug)]
struct Use {
    species: usize,
    /// The ion's instance for each instance of the mechanism.
    instances: Vec<u32>,
    /// The first of these, if they are consecutive.
    first: Option<usize>,
    /// For a point process, the area of each instance, um2.
    areas: Option<Vec<f64>>,
    /// Column of each variable read; includes variables that are written and start from the ion's
    /// value.
    reads: Vec<(IonVariable, usize)>,
    /// Column of each variable stored, except the current.
    stores: Vec<(IonVariable, usize)>,
    /// The stored concentrations that are states.
    states: Vec<(IonVariable, usize)>,
    reads_current: Option<usize>,
    current: Option<usize>,
    current_slope: Option<usize>,
    /// True if the mechanism's own copy of a variable is read from outside.
    is_observed: bool,
}

/// The ions of a group, and their uses by the mechanisms of the group.
#[derive(Clone, Debug, Default)]
pub(super) struct Ions {
    species: Vec<Species>,
    /// For each installed mechanism.
    uses: Vec<Vec<Use>>,
    /// For each installed mechanism that is an ion, the index of its species.
    species_of: Vec<Option<usize>>,
    celsius: f64,
    numerics: Numerics,
    lanes: Lanes,
}

fn is_concentration(variable: IonVariable) -> bool {
    matches!(variable, IonVariable::Inside | IonVariable::Outside)
}

fn column_of(variable: IonVariable) -> usize {
    match variable {
        IonVariable::ReversalPotential => Ion::REVERSAL_POTENTIAL,
        IonVariable::Inside => Ion::INSIDE,
        IonVariable::Outside => Ion::OUTSIDE,
        IonVariable::Current => Ion::CURRENT,
    }
}

impl Ions {
    /// Finds ions and their users; `area` (um2) is that of each row.
    pub(super) fn new(installed: &[Installed], area: &[f64], options: &Options) -> Self {
        let Options { celsius, numerics, lanes, .. } = *options;
        let mut ions = Self { celsius, numerics, lanes, ..Self::default() };
        let mut instance_at: Vec<HashMap<u32, u32>> = Vec::new();
        for (index, own) in installed.iter().enumerate() {
            let is_ion = own.signature.kind == Kind::Ion;
            ions.species_of.push(is_ion.then_some(ions.species.len()));
            if is_ion {
                instance_at.push(own.rows.iter().copied().zip(0..).collect());
                ions.species.push(Species {
                    installed: index,
                    valence: own.signature.valence.unwrap_or(0.0),
                    initial: (own.globals[Ion::INITIAL_INSIDE], own.globals[Ion::INITIAL_OUTSIDE]),
                    styles: vec![Style::default(); own.rows.len()],
                    follows: false,
                    changes: false,
                    potential: false,
                    currents: false,
                    slopes: false,
                });
            }
        }
        for own in installed {
            let uses = own.signature.ions.iter().filter_map(|ion_use| {
                let species = ions
                    .species
                    .iter()
                    .position(|species| installed[species.installed].signature.name == ion_use.ion)?;
                let instances = own.rows.iter().map(|row| instance_at[species].get(row).copied());
                let instances: Vec<u32> = instances.collect::<Option<_>>()?;
                let is_consecutive = instances.windows(2).all(|pair| pair[0] + 1 == pair[1]);
                let first = instances.first().filter(|_| is_consecutive).map(|&first| first as usize);
                let is_point = matches!(own.signature.kind, Kind::Point { .. });
                let areas = is_point.then(|| own.rows.iter().map(|&row| area[row as usize]).collect());
                let of_current = |list: &[(IonVariable, usize)]| {
                    list.iter().find(|(variable, _)| *variable == IonVariable::Current).map(|&(_, column)| column)
                };
                let but_current = |list: &[(IonVariable, usize)]| -> Vec<(IonVariable, usize)> {
                    list.iter().copied().filter(|(variable, _)| *variable != IonVariable::Current).collect()
                };
                let stores = but_current(&ion_use.writes);
                let mut reads = but_current(&ion_use.reads);
                for &(variable, column) in &stores {
                    let starts_from_ion = variable != IonVariable::ReversalPotential;
                    if starts_from_ion && !reads.contains(&(variable, column)) {
                        reads.push((variable, column));
                    }
                }
                let is_state = |column: usize| own.signature.variable(column).role == Role::State;
                let states = stores.iter().copied().filter(|&(variable, c)| is_concentration(variable) && is_state(c));
                Some(Use {
                    species,
                    instances,
                    first,
                    areas,
                    reads,
                    states: states.collect(),
                    stores,
                    reads_current: of_current(&ion_use.reads),
                    current: of_current(&ion_use.writes),
                    current_slope: ion_use.current_slope,
                    is_observed: false,
                })
            });
            let uses: Vec<Use> = uses.collect();
            for one in &uses {
                ions.species[one.species].note(one);
            }
            ions.uses.push(uses);
        }
        ions
    }

    /// Notes that a variable of an ion, or a mechanism's copy of one, is read in every step from outside: if it is a current
    /// or the reversal potential of an ion, it is computed.
    pub(super) fn observe(&mut self, installed: usize, column: usize) {
        for own in &mut self.uses[installed] {
            let is_copy = own.copied(true).any(|(_, copy)| copy == column);
            own.is_observed |= is_copy;
        }
        if let Some(species) = self.species_of[installed] {
            self.species[species].potential |= column == Ion::REVERSAL_POTENTIAL;
            self.species[species].currents |= matches!(column, Ion::CURRENT | Ion::CURRENT_SLOPE);
            self.species[species].slopes |= column == Ion::CURRENT_SLOPE;
        }
    }

    /// Takes the styles that the user gave to an ion, if the installed mechanism is one.
    pub(super) fn take_styles(&mut self, installed: usize, block: &Block) {
        let Some(species) = self.species_of[installed].map(|species| &mut self.species[species]) else { return };
        let given = |instance: usize| {
            let style = block.value(Ion::STYLE, instance);
            (style >= 0.0).then_some(style as u32)
        };
        for (instance, style) in species.styles.iter_mut().enumerate() {
            style.give(given(instance));
            species.changes |= style.has(Style::GIVEN);
        }
        species.follows = species.styles.iter().all(|style| style.nernst_always());
    }

    /// Updates the globals of an installed mechanism after they have changed.
    pub(super) fn take_globals(&mut self, installed: usize, globals: &[f64]) {
        if let Some(species) = self.species_of[installed] {
            self.species[species].initial = (globals[Ion::INITIAL_INSIDE], globals[Ion::INITIAL_OUTSIDE]);
        }
    }

    pub(super) fn set_celsius(&mut self, celsius: f64) {
        self.celsius = celsius;
    }

    /// Notes that all currents and their slopes are read, as by the second-order step.
    pub(super) fn observe_all(&mut self) {
        for species in &mut self.species {
            (species.currents, species.slopes) = (true, true);
        }
    }

    /// True if slopes of ion currents are read.
    pub(super) fn slopes_wanted(&self) -> bool {
        self.species.iter().any(|species| species.slopes)
    }

    /// Notes that a variable of an ion will be set during the run.
    pub(super) fn note_change(&mut self, installed: usize) {
        if let Some(species) = self.species_of[installed] {
            self.species[species].changes = true;
        }
    }

    /// True if a column of an installed mechanism must be kept for the sums of an ion.
    pub(super) fn needs(&self, installed: usize, column: usize) -> bool {
        let of_ion = self.species_of[installed].is_some_and(|species| {
            let Species { currents, slopes, .. } = self.species[species];
            (currents && column == Ion::CURRENT) || (slopes && column == Ion::CURRENT_SLOPE)
        });
        of_ion
            || self.uses[installed].iter().any(|own| {
                let Species { currents, slopes, .. } = self.species[own.species];
                (currents && own.current == Some(column)) || (slopes && own.current_slope == Some(column))
            })
    }

    /// Copies the concentrations that a mechanism reads to an instance that receives an event.
    pub(super) fn read_concentrations(
        &self,
        installed: usize,
        instances: Range<usize>,
        before: &[Block],
        block: &mut Block,
    ) {
        for own in &self.uses[installed] {
            let ion = &before[self.species[own.species].installed];
            for &(variable, column) in own.reads.iter().filter(|(variable, _)| is_concentration(*variable)) {
                copy(ion, column_of(variable), block, column, own, instances.clone());
            }
        }
    }

    /// Stores the concentrations that an instance changed when it received an event. As in NEURON, these are only
    /// those that are states of its mechanism.
    pub(super) fn store_states(&self, installed: usize, instances: Range<usize>, before: &mut [Block], block: &Block) {
        for own in &self.uses[installed] {
            let ion = &mut before[self.species[own.species].installed];
            for &(variable, column) in &own.states {
                for instance in instances.clone() {
                    ion.set(column_of(variable), own.instances[instance] as usize, block.value(column, instance));
                }
            }
        }
    }

    /// Sets an ion's variables for the start of a run, at its position in the order of
    /// initialisation.
    pub(super) fn initialize(&self, installed: usize, blocks: &mut [Block]) {
        let Some(species) = self.species_of[installed].map(|species| &self.species[species]) else { return };
        let block = &mut blocks[installed];
        for (instance, style) in species.styles.iter().enumerate() {
            if style.initial_concentrations() {
                block.set(Ion::INSIDE, instance, species.initial.0); // mM
                block.set(Ion::OUTSIDE, instance, species.initial.1); // mM
            }
            if style.nernst_at_start() {
                self.compute_reversal_potential(species, block, instance);
            }
        }
    }

    /// Starts the current phase of an ion: its currents become 0, its reversal potentials follow the concentrations.
    /// Potentials that nothing reads within steps follow only if `is_last`, in the last step before values may be read.
    pub(super) fn begin_currents(
        &self,
        installed: usize,
        blocks: &mut [Block],
        room: &mut KernelScratch,
        is_last: bool,
    ) {
        let Some(species) = self.species_of[installed].map(|species| &self.species[species]) else { return };
        let block = &mut blocks[installed];
        if species.currents {
            block.fill(Ion::CURRENT, 0.0);
            block.fill(Ion::CURRENT_SLOPE, 0.0);
        }
        if !species.changes || !(species.potential || is_last) {
            return;
        }
        if species.follows && self.numerics == Numerics::Fast {
            self.compute_reversal_potentials(species, block, room);
        } else {
            for (instance, style) in species.styles.iter().enumerate() {
                if style.nernst_always() {
                    self.compute_reversal_potential(species, block, instance);
                }
            }
        }
    }

    /// Copies to some instances of a mechanism the ion variables that they read; `before` are the blocks of the
    /// mechanisms before it. After the start of a run, only variables that change are copied.
    pub(super) fn read(
        &self,
        installed: usize,
        instances: Range<usize>,
        before: &[Block],
        block: &mut Block,
        at_start: bool,
    ) {
        for own in &self.uses[installed] {
            let species = &self.species[own.species];
            let ion = &before[species.installed];
            for (variable, column) in own.copied(species.changes || at_start) {
                copy(ion, column_of(variable), block, column, own, instances.clone());
            }
        }
    }

    /// Stores the ion variables that some instances of a mechanism write. At the start of a run reversal potentials are
    /// updated at once.
    pub(super) fn store(
        &self,
        installed: usize,
        instances: Range<usize>,
        before: &mut [Block],
        block: &Block,
        at_start: bool,
    ) {
        for own in &self.uses[installed] {
            let species = &self.species[own.species];
            let ion = &mut before[species.installed];
            for &(variable, column) in &own.stores {
                match (block.column(column), own.consecutive(instances.clone())) {
                    (ColumnView::Each(values), Some(range)) => {
                        ion.column_mut(column_of(variable))[range].copy_from_slice(&values[instances.clone()]);
                    }
                    _ => {
                        for instance in instances.clone() {
                            let at = own.instances[instance] as usize;
                            ion.set(column_of(variable), at, block.value(column, instance));
                        }
                    }
                }
            }
            let writes_concentration = own.stores.iter().any(|(v, _)| *v != IonVariable::ReversalPotential);
            if at_start && writes_concentration {
                for instance in instances.clone() {
                    let at = own.instances[instance] as usize;
                    if species.styles[at].nernst_at_start() {
                        self.compute_reversal_potential(species, ion, at);
                    }
                }
            }
        }
    }

    /// The place of the ion's own value of a concentration that a mechanism writes from a column: the ion's installed
    /// mechanism and column, and its instance for each instance of the mechanism. `None` if the column is no such
    /// concentration.
    pub(super) fn concentration(&self, installed: usize, column: usize) -> Option<(usize, usize, &[u32])> {
        self.uses[installed].iter().find_map(|own| {
            let written = own.stores.iter().find(|(variable, c)| is_concentration(*variable) && *c == column);
            written.map(|&(variable, _)| (self.species[own.species].installed, column_of(variable), &own.instances[..]))
        })
    }
}

impl Use {
    /// The variables that are copied to the mechanism's columns: others than the current only if they may have changed.
    fn copied(&self, may_have_changed: bool) -> impl Iterator<Item = (IonVariable, usize)> + '_ {
        let reads = self.reads.iter().copied().filter(move |_| may_have_changed);
        reads.chain(self.reads_current.map(|column| (IonVariable::Current, column)))
    }

    /// The ion's instances of some instances of the mechanism, if they are consecutive.
    fn consecutive(&self, instances: Range<usize>) -> Option<Range<usize>> {
        self.first.map(|first| first + instances.start..first + instances.end)
    }

    /// True if one of several instances at one place depends on what another stored or added.
    fn needs_order(&self) -> bool {
        let sees_others = !self.stores.is_empty() || self.reads_current.is_some();
        sees_others && self.instances.windows(2).any(|pair| pair[0] == pair[1])
    }
}

impl Species {
    /// Takes a mechanism's use into account.
    fn note(&mut self, own: &Use) {
        let concentration =
            |list: &[(IonVariable, usize)]| list.iter().any(|&(variable, _)| is_concentration(variable));
        let writes_potential = own.stores.iter().any(|(variable, _)| *variable == IonVariable::ReversalPotential);
        let bits = [
            (concentration(&own.reads), Style::CONCENTRATION_READ),
            (concentration(&own.stores), Style::CONCENTRATION_WRITTEN),
            (writes_potential, Style::REVERSAL_POTENTIAL_WRITTEN),
        ];
        let bits = bits.into_iter().filter(|(applies, _)| *applies).fold(0, |sum, (_, bit)| sum | bit);
        for &instance in &own.instances {
            self.styles[instance as usize].add(bits);
        }
        self.changes |= !own.stores.is_empty();
        self.potential |= own.reads.iter().any(|(variable, _)| *variable == IonVariable::ReversalPotential);
        self.currents |= own.reads_current.is_some();
    }
}

/// Copies a column of an ion to one of a mechanism, for some instances of the latter.
fn copy(ion: &Block, from: usize, block: &mut Block, to: usize, own: &Use, instances: Range<usize>) {
    if let (ColumnView::Same(value), true) = (ion.column(from), instances.len() == block.len()) {
        block.fill(to, value);
        return;
    }
    match (ion.column(from), own.consecutive(instances.clone())) {
        (ColumnView::Each(values), Some(range)) => block.column_mut(to)[instances].copy_from_slice(&values[range]),
        _ => {
            for instance in instances {
                block.set(to, instance, ion.value(from, own.instances[instance] as usize));
            }
        }
    }
}

#[cfg(test)]
mod tests;
