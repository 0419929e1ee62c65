use rand_core::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use crate::acg::Acg;
use crate::mcell_ran4::MCellRan4;
use crate::random123::Random123;
use crate::stream::{RngMode, Stream};

/// The seeds of a simulation: `RNGConfig` of [neurodamus](https://github.com/openbraininstitute/neurodamus) as a
/// value.
///
/// It provides the streams that neurodamus uses for the random parts of a model, with the same ids. All have the global
/// seed as their global index; two simulations with different seeds can run in one process. All seeds are 0 by default.
/// Sums of ids wrap around at 2^32, as unsigned numbers do. `gid` (global identifier of a cell) is counted from 0.
///
/// Until 2024 neurodamus let a run choose among three generators ([`RngMode`]) for the noise of stimuli and for
/// spontaneous release: [`noise_in`](Self::noise_in), [`minis_intervals_in`](Self::minis_intervals_in) and
/// [`minis_thinning_in`](Self::minis_thinning_in). All other numbers are drawn from Random123 in every mode, but the
/// global seed is its global index only in the mode `Random123` (else 0).
///
/// ```
/// use loligo_random::{Distribution, Sampler, Seeds};
///
/// let seeds = Seeds { global: 1122, stimulus: 5, ..Seeds::default() };
/// let stream = seeds.noise(0, 7);
/// assert_eq!((stream.ids(), stream.global_index()), ([100, 505, 308], 1122));
/// ```
#[doc(alias = "RNGConfig")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Seeds {
    /// The run's seed (`random_seed`, `global_seed`, `BaseSeed`): the global index of every stream.
    pub global: u32,
    /// Seed of stochastic ion channels (`IonChannelSeed`).
    pub ion_channel: u32,
    /// Seed of spontaneous release (`MinisSeed`).
    pub minis: u32,
    /// Seed of noisy stimuli (`StimulusSeed`).
    pub stimulus: u32,
    /// Seed of synapses (`SynapseSeed`).
    pub synapse: u32,
}

impl Seeds {
    /// Seeds that are 0 except for the global one.
    pub fn new(global: u32) -> Self {
        Self { global, ..Self::default() }
    }

    /// The stream of three ids under the global seed: neurodamus's `Random123(id1, id2, id3, seed)`.
    pub fn random123(&self, id1: u32, id2: u32, id3: u32) -> Random123 {
        Random123::new(id1, id2, id3).with_global_index(self.global)
    }

    /// A fast stream for numbers that need not equal those of another program: xoshiro256++, seeded
    /// from [`Seeds::random123`] with the same ids.
    ///
    /// It is a generator of the `rand` family and a [`Generator`](crate::Generator).
    pub fn xoshiro(&self, id1: u32, id2: u32, id3: u32) -> Xoshiro256PlusPlus {
        Xoshiro256PlusPlus::from_rng(&mut self.random123(id1, id2, id3))
    }

    /// The stream of a noise stimulus on a cell: the `block`-th noise block of the file, counted from 0.
    pub fn noise(&self, block: u32, gid: u32) -> Random123 {
        self.random123(block.wrapping_add(100), self.stimulus.wrapping_add(500), gid.wrapping_add(301))
    }

    /// The stream of a noise stimulus on a cell in a mode, by neurodamus's ids; `block` counts noise blocks, from 0.
    ///
    /// | mode | stream |
    /// |---|---|
    /// | `Random123` | [`noise`](Self::noise) |
    /// | `UpMCellRan4` | high index 10000 `block` + 100, low index global + stimulus seed + 1000 (`gid` + 1) |
    /// | `Compatibility` | ACG of the seed `gid` + 1 + `block`; no seed of the simulation acts on it |
    ///
    /// ```
    /// use loligo_random::{Distribution, RngMode, Sampler, Seeds};
    ///
    /// let seeds = Seeds { global: 7, stimulus: 5, ..Seeds::default() };
    /// let mut random = Sampler::default().with_generator(seeds.noise_in(RngMode::UpMCellRan4, 0, 0));
    /// random.pick_from(Distribution::Normal { mean: 0.1, variance: 0.01 })?;
    /// assert_eq!(random.pick(), -0.0027657732549033476); // as NEURON's Random.MCellRan4(100, 1012)
    /// # Ok::<(), loligo_random::RandomError>(())
    /// ```
    pub fn noise_in(&self, mode: RngMode, block: u32, gid: u32) -> Stream {
        let gid_from_1 = gid.wrapping_add(1);
        match mode {
            RngMode::Random123 => self.noise(block, gid).into(),
            RngMode::UpMCellRan4 => {
                let low = self.global.wrapping_add(self.stimulus).wrapping_add(gid_from_1.wrapping_mul(1000));
                MCellRan4::new(block.wrapping_mul(10_000).wrapping_add(100), low).into()
            }
            RngMode::Compatibility => Acg::with_default_size(gid_from_1.wrapping_add(block)).into(),
        }
    }

    /// The stream of an Ornstein-Uhlenbeck stimulus on a cell; `block` counts Ornstein-Uhlenbeck blocks, from 0.
    ///
    /// A seed given for the block, if any, replaces the cell's id, so that all its cells get one signal.
    pub fn ornstein_uhlenbeck(&self, block: u32, gid: u32, own_seed: Option<u32>) -> Random123 {
        self.of_cell_or_block(block, 291204, gid, own_seed)
    }

    /// The stream of a shot noise stimulus on a cell; `block` counts shot noise blocks, from 0.
    ///
    /// A seed given for the block, if any, replaces the cell's id, so that all its cells get one signal.
    pub fn shot_noise(&self, block: u32, gid: u32, own_seed: Option<u32>) -> Random123 {
        self.of_cell_or_block(block, 19216, gid, own_seed)
    }

    fn of_cell_or_block(&self, block: u32, kind: u32, gid: u32, own_seed: Option<u32>) -> Random123 {
        let third = own_seed.unwrap_or(gid.wrapping_add(124));
        self.random123(block.wrapping_add(2997), self.stimulus.wrapping_add(kind), third)
    }

    /// The stream of release at a synapse of a cell; `synapse` counts the cell's synapses from 0, `populations` is
    /// [`Seeds::populations`] of the two sides.
    pub fn synapse(&self, gid: u32, synapse: u32, populations: u32) -> Random123 {
        self.of_synapse(gid, synapse, populations, 300)
    }

    /// The stream of a GABA synapse's rise time; neurodamus discards its first number.
    pub fn gaba_rise_time(&self, gid: u32, synapse: u32, populations: u32) -> Random123 {
        self.of_synapse(gid, synapse, populations, 450)
    }

    fn of_synapse(&self, gid: u32, synapse: u32, populations: u32, kind: u32) -> Random123 {
        let third = populations.wrapping_add(self.synapse).wrapping_add(kind);
        self.random123(gid.wrapping_add(251), synapse.wrapping_add(100), third)
    }

    /// The stream of a plastic glutamate synapse (`GluSynapse`).
    pub fn glu_synapse(&self, gid: u32, synapse: u32) -> Random123 {
        self.random123(gid.wrapping_add(1), synapse.wrapping_add(100_000), self.synapse.wrapping_add(200))
    }

    /// The stream of the intervals of spontaneous release at a synapse; neurodamus discards its first number.
    pub fn minis_intervals(&self, gid: u32, synapse: u32, populations: u32) -> Random123 {
        self.of_minis(gid, synapse, populations, 300)
    }

    /// The stream by which spontaneous release at a synapse is thinned to its rate.
    pub fn minis_thinning(&self, gid: u32, synapse: u32, populations: u32) -> Random123 {
        self.of_minis(gid, synapse, populations, 350)
    }

    fn of_minis(&self, gid: u32, synapse: u32, populations: u32, kind: u32) -> Random123 {
        let third = populations.wrapping_add(self.minis).wrapping_add(kind);
        self.random123(synapse.wrapping_add(200), gid.wrapping_add(251), third)
    }

    /// The stream of the intervals of spontaneous release at a synapse in a mode, by neurodamus's ids.
    ///
    /// | mode | stream | numbers that neurodamus throws away |
    /// |---|---|---|
    /// | `Random123` | [`minis_intervals`](Self::minis_intervals) | 1 |
    /// | `UpMCellRan4` | high index 1000 `synapse` + 200, low index 2^24 `source` + `gid` + 251 + global + minis seed | 2 |
    /// | `Compatibility` | high index 100000 `synapse` + 200, low index `gid` + 251 + global seed | 2 |
    ///
    /// In the last two modes the choice of the distribution draws a number, and the release draws another before the
    /// first interval ([`minis_discarded`](Self::minis_discarded)). `source` is the number of the presynaptic
    /// population, `target` that of the postsynaptic one, which is used only in the mode `Random123`.
    pub fn minis_intervals_in(&self, mode: RngMode, gid: u32, synapse: u32, source: u16, target: u16) -> Stream {
        match mode {
            RngMode::Random123 => self.minis_intervals(gid, synapse, Self::populations(source, target)).into(),
            _ => self.of_minis_by_mcell_ran4(mode, gid, synapse, source, 200).into(),
        }
    }

    /// The stream by which spontaneous release at a synapse is thinned to its rate, in a mode: that of
    /// [`minis_intervals_in`](Self::minis_intervals_in) with a third id 50, or a high index 100, higher.
    pub fn minis_thinning_in(&self, mode: RngMode, gid: u32, synapse: u32, source: u16, target: u16) -> Stream {
        match mode {
            RngMode::Random123 => self.minis_thinning(gid, synapse, Self::populations(source, target)).into(),
            _ => self.of_minis_by_mcell_ran4(mode, gid, synapse, source, 300).into(),
        }
    }

    /// Number of values of [`minis_intervals_in`](Self::minis_intervals_in) that neurodamus discards before the first
    /// interval.
    pub fn minis_discarded(mode: RngMode) -> usize {
        if mode == RngMode::Random123 { 1 } else { 2 }
    }

    /// The stream in the modes other than Random123.
    fn of_minis_by_mcell_ran4(&self, mode: RngMode, gid: u32, synapse: u32, source: u16, kind: u32) -> MCellRan4 {
        let low = gid.wrapping_add(251).wrapping_add(self.global);
        let (stride, low) = match mode {
            RngMode::Compatibility => (100_000, low),
            _ => (1000, low.wrapping_add(u32::from(source) << 24).wrapping_add(self.minis)),
        };
        MCellRan4::new(synapse.wrapping_mul(stride).wrapping_add(kind), low)
    }

    /// The stream of a stochastic ion channel at a place of a cell; `place` is any number that identifies
    /// the place.
    pub fn ion_channel(&self, gid: u32, place: u32) -> Random123 {
        self.random123(gid, place, self.ion_channel)
    }

    /// The number of a pair of populations in the ids of synapses: `source * 65536 + target`.
    pub fn populations(source: u16, target: u16) -> u32 {
        u32::from(source) << 16 | u32::from(target)
    }
}
