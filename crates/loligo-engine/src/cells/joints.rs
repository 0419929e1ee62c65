//! Density mechanisms that are computed together on the rows that they share.
//!
//! Mechanisms that follow each other in the order of evaluation form a segment if none of them stores variables of ions
//! or refers to variables of others: then the order of their reading and computing has no effect, and each row still adds
//! their currents in their order.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use loligo_cable::HinesMatrix;
use loligo_mechanisms::{
    Block, BoundColumns, Instances, JointHook, JointInstances, JointKernel, Kernel, KernelScratch, Membrane,
    SharedColumn,
};
use smallvec::SmallVec;

use super::chunks::{Chunk, ChunkRows, JOINT_CHUNK, chunks};
use super::installed::Installed;
use super::ions::{InPlace, IonAccess, Ions};
use super::pointers::Pointers;
use super::regions::regions;
use crate::kernel_cache::KernelCache;
use crate::mechanism_times::{MechanismTimes, TimedIndex};

/// Voltages and equations of rows that are computed together, and memory for the kernel of each mechanism.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub(crate) struct JointScratch {
    v: [f64; JOINT_CHUNK],
    rhs: [f64; JOINT_CHUNK],
    diagonal: [f64; JOINT_CHUNK],
    kernels: Vec<KernelScratch>,
}

impl Default for JointScratch {
    fn default() -> Self {
        let [v, rhs, diagonal] = [[0.0; JOINT_CHUNK]; 3];
        Self { v, rhs, diagonal, kernels: Vec::new() }
    }
}

/// Mechanisms that are computed together.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    /// Indices among the installed mechanisms, in ascending order; those in between have no such hook.
    members: Vec<usize>,
    regions: Vec<Region>,
    /// True if its mechanisms use the columns of ions and have no copies, except at the end of an epoch.
    uses_ions_in_place: bool,
}

/// The rows that have the same mechanisms of a segment.
#[derive(Clone, Debug)]
struct Region {
    mechanisms: Vec<RegionMechanisms>,
    /// Its rows in parts, each with the columns of its instances, for each of `mechanisms`.
    chunks: Vec<(Chunk, Vec<BoundColumns>)>,
    timed: TimedIndex,
}

/// Indices of mechanisms of a region, with the first instance of each.
type RegionMembers = Vec<(usize, usize)>;

/// Mechanisms of a region.
#[derive(Clone, Debug)]
struct RegionMechanisms {
    members: RegionMembers,
    /// `None` if they are computed one after the other.
    kernel: Option<Arc<dyn JointKernel>>,
    /// The columns of ions that are used in the place of copies, from the first instance of the region on.
    shared: Vec<SharedColumn>,
}

/// The installed mechanisms of a group, with their kernels.
#[derive(Clone, Copy)]
pub(super) struct Mechanisms<'a> {
    pub(super) installed: &'a [Installed],
    pub(super) kernels: &'a [Arc<dyn Kernel>],
    pub(super) ions: &'a Ions,
    pub(super) pointers: &'a Pointers,
}

impl Mechanisms<'_> {
    /// The region of each of some rows: those with the same mechanisms have the same number.
    pub(super) fn regions(&self, rows: usize) -> Vec<u32> {
        // By row: the same regions as in the order of the instances.
        let joined = self.installed.iter().filter(|installed| installed.is_by_region());
        regions(joined.map(|installed| &installed.rows[..]), rows)
    }

    /// True if a mechanism is computed by a hook.
    pub(super) fn has(&self, hook: JointHook, k: usize) -> bool {
        let signature = &self.installed[k].signature;
        match hook {
            JointHook::Current => signature.has_current,
            JointHook::Advance => signature.has_state,
        }
    }

    /// True if a mechanism can be computed by regions.
    fn is_by_region(&self, k: usize) -> bool {
        let installed = &self.installed[k];
        installed.is_by_region() && installed.one_by_one.is_empty() && self.pointers.are_none(k)
    }

    /// The mechanisms that are computed together by a hook, in their order. One that stores variables of ions is alone in
    /// its segment.
    pub(super) fn segments(
        self,
        hook: JointHook,
        region_of: &[u32],
        (cache, times): (&mut KernelCache, &mut MechanismTimes),
    ) -> Vec<Segment> {
        let mut found: Vec<Vec<usize>> = Vec::new();
        let mut goes_on = false;
        for k in (0..self.installed.len()).filter(|&k| self.has(hook, k)) {
            let is_by_region = self.is_by_region(k);
            let can_be_joined = is_by_region && self.ions.are_only_read(k, hook == JointHook::Current);
            match found.last_mut() {
                Some(last) if can_be_joined && goes_on => last.push(k),
                _ if is_by_region => found.push(vec![k]),
                _ => {}
            }
            goes_on = can_be_joined;
        }
        let segments = found.into_iter();
        segments.filter_map(|members| self.segment((hook, members), region_of, (&mut *cache, &mut *times))).collect()
    }

    /// The segment of some mechanisms; `None` if none of their regions has a joint kernel.
    fn segment(
        &self,
        (hook, members): (JointHook, Vec<usize>),
        region_of: &[u32],
        (cache, times): (&mut KernelCache, &mut MechanismTimes),
    ) -> Option<Segment> {
        // For each region its mechanisms, with the first instance of each, and its rows.
        let mut regions: Vec<(RegionMembers, Vec<u32>)> = Vec::new();
        let mut number: HashMap<u32, usize> = HashMap::new();
        for &k in &members {
            let mut first = 0;
            // Instances of one region follow each other.
            for own in self.installed[k].rows.chunk_by(|&a, &b| region_of[a as usize] == region_of[b as usize]) {
                let region = *number.entry(region_of[own[0] as usize]).or_insert_with(|| {
                    regions.push((Vec::new(), own.to_vec()));
                    regions.len() - 1
                });
                let (members, rows) = &mut regions[region];
                if rows != own || members.last().is_some_and(|&(last, _)| last == k) {
                    return None;
                }
                members.push((k, first));
                first += own.len();
            }
        }
        let mut has_joint = false;
        let regions = regions.into_iter().map(|(members, rows)| {
            let names = members.iter().map(|&(k, _)| &*self.installed[k].signature.name);
            let timed = times.index(names, rows.len());
            let mechanisms = self.joined(hook, members, cache);
            has_joint |= mechanisms.iter().any(|part| part.kernel.is_some());
            let chunk = |chunk| (chunk, vec![BoundColumns::default(); mechanisms.len()]);
            Region { chunks: chunks(&rows).into_iter().map(chunk).collect(), mechanisms, timed }
        });
        let regions = regions.collect();
        has_joint.then_some(Segment { members, regions, uses_ions_in_place: false })
    }

    /// The mechanisms of a region, divided into those that are computed together. Currents are added in the order of the
    /// mechanisms; states can be advanced in any order.
    fn joined(&self, hook: JointHook, members: RegionMembers, cache: &mut KernelCache) -> Vec<RegionMechanisms> {
        let kernels = |members: &[(usize, usize)]| members.iter().map(|&(k, _)| &self.kernels[k]).collect::<Vec<_>>();
        if let Some(kernel) = cache.joint(kernels(&members).into_iter(), hook) {
            return vec![RegionMechanisms { members, kernel: Some(kernel), shared: Vec::new() }];
        }
        if members.len() < 2 {
            return vec![RegionMechanisms { members, kernel: None, shared: Vec::new() }];
        }
        let mut can_be_joined = |own: &(usize, usize)| cache.joint(kernels(&[*own]).into_iter(), hook).is_some();
        let mut marked: Vec<(bool, (usize, usize))> = members.iter().map(|own| (can_be_joined(own), *own)).collect();
        if hook == JointHook::Advance {
            marked.sort_by_key(|&(can_be_joined, _)| can_be_joined); // stable
        }
        let alike = marked.chunk_by(|a, b| a.0 == b.0);
        let mut parts: Vec<RegionMembers> = alike.map(|part| part.iter().map(|&(_, own)| own).collect()).collect();
        if let [all] = &parts[..] {
            if !marked[0].0 {
                return vec![RegionMechanisms { members, kernel: None, shared: Vec::new() }];
            }
            // Each can be joined, but together they are too many for one kernel.
            parts = all.chunks(all.len().div_ceil(2)).map(<[_]>::to_vec).collect();
        }
        parts.into_iter().flat_map(|part| self.joined(hook, part, cache)).collect()
    }
}

/// The equations and voltages of a group, and memory for the rows that are computed in one call.
pub(super) struct Equations<'a> {
    /// ms.
    pub(super) t: f64,
    /// Voltages of all rows, mV.
    pub(super) v: &'a [f64],
    pub(super) scratch: &'a mut JointScratch,
}

impl Segment {
    /// Finds the columns of ions that its mechanisms can use in the place of copies: all of them, or none.
    pub(super) fn use_ions_in_place(&mut self, mechanisms: Mechanisms<'_>) {
        let needs_copies = |k: usize| {
            let signature = &mechanisms.installed[k].signature;
            !signature.stages.is_empty() || !signature.diffusion.is_empty()
        };
        let found = match self.members().any(needs_copies) {
            true => None,
            false => self.regions.iter().map(|region| region.shared(mechanisms.ions)).collect::<Option<Vec<_>>>(),
        };
        self.uses_ions_in_place = found.is_some();
        let mut found = found.into_iter().flatten().flatten();
        for Region { mechanisms, chunks, .. } in &mut self.regions {
            let mut are_new = false;
            for own in mechanisms {
                let shared = found.next().unwrap_or_default();
                are_new |= own.shared != shared;
                own.shared = shared;
            }
            if are_new {
                chunks.iter_mut().flat_map(|(_, bound)| bound).for_each(|bound| *bound = BoundColumns::default());
            }
        }
    }

    /// The way in which its mechanisms use ions, in the last step of an epoch or another one.
    pub(super) fn ion_access(&self, is_last_step: bool) -> IonAccess {
        match (self.uses_ions_in_place, is_last_step) {
            (false, _) => IonAccess::Copies,
            (true, false) => IonAccess::InPlace,
            (true, true) => IonAccess::InPlaceWithCopies,
        }
    }

    /// Indices of its mechanisms among those installed.
    pub(super) fn members(&self) -> impl Iterator<Item = usize> {
        self.members.iter().copied()
    }

    /// The first of them.
    pub(super) fn first(&self) -> usize {
        self.members[0] // there is at least one
    }

    /// The last of them.
    pub(super) fn last(&self) -> usize {
        self.members[self.members.len() - 1]
    }

    /// Adds the currents of all mechanisms to the rows' equations.
    pub(super) fn add_currents(
        &mut self,
        (kernels, ions): (&[Arc<dyn Kernel>], &Ions),
        Equations { t, v, scratch }: Equations<'_>,
        (blocks, matrix): (&mut [Block], &mut HinesMatrix),
        times: &mut MechanismTimes,
    ) {
        let JointScratch { v: own_v, rhs: own_rhs, diagonal: own_diagonal, kernels: rooms } = scratch;
        for Region { mechanisms, chunks, timed, .. } in &mut self.regions {
            let start = times.start();
            for (Chunk { range, rows }, bound) in chunks {
                let (rhs, diagonal) = (&mut matrix.rhs[..], &mut matrix.diagonal[..]);
                if let ChunkRows::Run(rows) = rows {
                    let (rhs, diagonal) = (&mut rhs[rows.clone()], &mut diagonal[rows.clone()]);
                    let mut membrane = Membrane { rhs, diagonal };
                    for (mechanisms, bound) in mechanisms.iter().zip(bound) {
                        let instances = (range.clone(), bound, &mut *blocks, &mut *rooms);
                        mechanisms.call((kernels, ions), (t, &v[rows.clone()]), instances, Some(membrane.again()));
                    }
                    continue;
                }
                let count = range.len();
                rows.gather(
                    [v, rhs, diagonal],
                    [&mut own_v[..count], &mut own_rhs[..count], &mut own_diagonal[..count]],
                );
                let mut membrane = Membrane { rhs: &mut own_rhs[..count], diagonal: &mut own_diagonal[..count] };
                for (mechanisms, bound) in mechanisms.iter().zip(bound) {
                    let instances = (range.clone(), bound, &mut *blocks, &mut *rooms);
                    mechanisms.call((kernels, ions), (t, &own_v[..count]), instances, Some(membrane.again()));
                }
                rows.scatter([&own_rhs[..count], &own_diagonal[..count]], [rhs, diagonal]);
            }
            times.stop((JointHook::Current, *timed), start);
        }
    }

    /// Advances the states of all mechanisms.
    pub(super) fn advance(
        &mut self,
        (kernels, ions): (&[Arc<dyn Kernel>], &Ions),
        Equations { t, v, scratch }: Equations<'_>,
        blocks: &mut [Block],
        times: &mut MechanismTimes,
    ) {
        let JointScratch { v: own_v, kernels: rooms, .. } = scratch;
        for Region { mechanisms, chunks, timed, .. } in &mut self.regions {
            let start = times.start();
            for (Chunk { range, rows }, bound) in chunks {
                let v = match rows {
                    ChunkRows::Run(rows) => &v[rows.clone()],
                    rows => {
                        let own_v = &mut own_v[..range.len()];
                        rows.gather([v], [&mut *own_v]);
                        own_v
                    }
                };
                for (mechanisms, bound) in mechanisms.iter().zip(bound) {
                    let instances = (range.clone(), bound, &mut *blocks, &mut *rooms);
                    mechanisms.call((kernels, ions), (t, v), instances, None);
                }
            }
            times.stop((JointHook::Advance, *timed), start);
        }
    }
}

type Members<'a> = SmallVec<[Instances<'a>; 12]>;

/// Instances of the mechanisms of a region: their range in the region, their columns, and the blocks and working memory of
/// all mechanisms.
type Part<'a> = (Range<usize>, &'a mut BoundColumns, &'a mut [Block], &'a mut Vec<KernelScratch>);

impl Region {
    /// For each of its parts the columns of ions that can be used in the place of copies; `None` if one needs copies.
    fn shared(&self, ions: &Ions) -> Option<Vec<Vec<SharedColumn>>> {
        let count = self.chunks.last().map_or(0, |(chunk, _)| chunk.range.end);
        let of_part = |part: &RegionMechanisms| {
            let mut shared = Vec::new();
            for (member, &(k, first)) in part.members.iter().enumerate() {
                for InPlace { copy, column, first, is_stored } in ions.in_place(k, first..first + count)? {
                    shared.push(SharedColumn { of: (member, copy), column, first, is_stored });
                }
            }
            (part.kernel.is_some() || shared.is_empty()).then_some(shared)
        };
        self.mechanisms.iter().map(of_part).collect()
    }
}

impl RegionMechanisms {
    /// Computes a hook, of all mechanisms together if their values allow it, else of one after the other.
    fn call(
        &self,
        (kernels, ions): (&[Arc<dyn Kernel>], &Ions),
        (t, v): (f64, &[f64]),
        (range, bound, blocks, rooms): Part<'_>,
        mut membrane: Option<Membrane<'_>>,
    ) {
        let mut kernel = self.kernel.as_deref();
        if let Some(joint) = kernel {
            match bound.open(blocks) {
                Some(columns) if columns.lists().0 == 0 => {}
                Some(columns) => {
                    if joint.run_bound(t, v, columns, membrane.as_mut().map(Membrane::again)) {
                        return;
                    }
                    kernel = None;
                }
                None => {
                    let members: Vec<_> = self.ranges(&range).collect();
                    let from_start = |own: &SharedColumn| SharedColumn { first: own.first + range.start, ..*own };
                    let shared: Vec<_> = self.shared.iter().map(from_start).collect();
                    *bound = joint.bind(blocks, JointInstances { members: &members, shared: &shared });
                }
            }
        }
        if !self.shared.is_empty() {
            self.ranges(&range).for_each(|(k, instances)| ions.copy_to(k, instances, blocks));
        }
        self.call_given(kernels, kernel, (t, v), (range.clone(), blocks, rooms), membrane);
        if !self.shared.is_empty() {
            self.ranges(&range).for_each(|(k, instances)| ions.store_of(k, instances, blocks));
        }
    }

    /// Its mechanisms, each with its instances in a range of the region's.
    fn ranges(&self, range: &Range<usize>) -> impl Iterator<Item = (usize, Range<usize>)> {
        self.members.iter().map(|&(k, first)| (k, first + range.start..first + range.end))
    }

    /// Computes a hook with the mechanisms' own columns, by `joint` if the values allow it.
    fn call_given(
        &self,
        kernels: &[Arc<dyn Kernel>],
        joint: Option<&dyn JointKernel>,
        (t, v): (f64, &[f64]),
        (range, blocks, rooms): (Range<usize>, &mut [Block], &mut Vec<KernelScratch>),
        mut membrane: Option<Membrane<'_>>,
    ) {
        let mut members = self.instances(range, blocks, rooms);
        if let Some(joint) = joint
            && joint.run(t, v, &mut members, membrane.as_mut().map(Membrane::again))
        {
            return;
        }
        for (&(k, _), instances) in self.members.iter().zip(&mut members) {
            match &mut membrane {
                Some(membrane) => kernels[k].current(t, v, instances.again(), membrane.again()),
                None => kernels[k].advance(t, v, instances.again()),
            }
        }
    }

    /// The instances of each mechanism on some rows.
    fn instances<'a>(
        &self,
        range: Range<usize>,
        blocks: &'a mut [Block],
        rooms: &'a mut Vec<KernelScratch>,
    ) -> Members<'a> {
        if rooms.len() < self.members.len() {
            rooms.resize_with(self.members.len(), Default::default);
        }
        let (mut blocks, mut next) = (blocks.iter_mut(), 0);
        let mut members = Members::new();
        for (&(k, first), room) in self.members.iter().zip(rooms) {
            if let Some(block) = blocks.nth(k - next) {
                members.push(block.instances(first + range.start..first + range.end, room));
            }
            next = k + 1;
        }
        members
    }
}
