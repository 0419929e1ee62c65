//! A mechanism in a group: its instances, where they sit, and the arrays it works on.

use loligo_mechanisms::{Block, Context, Ion, IonUse, Kind, Mechanism, Membrane};

use loligo_cable::HinesMatrix;

/// Consecutive instances on consecutive nodes.
#[derive(Clone, Copy, Debug)]
struct Run {
    node: usize,
    instance: usize,
    length: usize,
}

/// An ion that the mechanism uses.
#[derive(Clone, Debug)]
pub(crate) struct IonLink {
    /// Index of the ion among the group's installed mechanisms.
    pub(crate) ion: usize,
    /// The ion's instance for each of the mechanism's.
    pub(crate) instances: Vec<u32>,
    pub(crate) columns: IonUse,
}

#[derive(Clone, Debug)]
pub(crate) struct Installed {
    pub(crate) mechanism: &'static dyn Mechanism,
    pub(crate) nodes: Vec<u32>,
    runs: Vec<Run>,
    /// 100 / area of each point process's node: nA to mA/cm2, uS to S/cm2.
    scale: Vec<f64>,
    electrode: bool,
    pub(crate) ions: Vec<IonLink>,
    /// State.
    pub(crate) block: Block,
    /// Workspace: voltage, current and conductance of each instance.
    v: Vec<f64>,
    pub(crate) current: Vec<f64>,
    conductance: Vec<f64>,
}

impl Installed {
    pub(crate) fn new(mechanism: &'static dyn Mechanism, nodes: Vec<u32>, block: Block, area: &[f64]) -> Self {
        let mut runs: Vec<Run> = Vec::new();
        for (instance, &node) in nodes.iter().enumerate() {
            let node = node as usize;
            match runs.last_mut() {
                Some(run) if run.node + run.length == node => run.length += 1,
                _ => runs.push(Run { node, instance, length: 1 }),
            }
        }
        let kind = mechanism.description().kind;
        let scale = match kind {
            Kind::Point { .. } => nodes.iter().map(|&node| 1e2 / area[node as usize]).collect(),
            _ => Vec::new(),
        };
        let count = nodes.len();
        Self {
            mechanism,
            nodes,
            runs,
            scale,
            electrode: kind == Kind::Point { electrode: true },
            ions: Vec::new(),
            block,
            v: vec![0.0; count],
            current: vec![0.0; count],
            conductance: vec![0.0; count],
        }
    }

    /// Fetches the voltages of the instances' nodes.
    fn gather(&mut self, v: &[f64]) {
        for run in &self.runs {
            self.v[run.instance..run.instance + run.length].copy_from_slice(&v[run.node..run.node + run.length]);
        }
    }

    pub(crate) fn initialize(&mut self, context: &Context, v: &[f64]) {
        self.gather(v);
        // Point processes that send events to themselves do not exist yet; an outbox that is dropped serves the others.
        let mut outbox = loligo_mechanisms::Outbox::default();
        self.mechanism.initialize(context, &self.v, &mut self.block, &mut outbox);
    }

    pub(crate) fn advance(&mut self, context: &Context, v: &[f64]) {
        self.gather(v);
        self.mechanism.advance(context, &self.v, &mut self.block);
    }

    /// Computes the currents and adds them to the nodes' equations.
    pub(crate) fn add_currents(&mut self, context: &Context, v: &[f64], matrix: &mut HinesMatrix) {
        self.gather(v);
        let membrane = Membrane { current: &mut self.current, conductance: &mut self.conductance };
        self.mechanism.current(context, &self.v, &mut self.block, membrane);
        for ((i, g), scale) in self.current.iter_mut().zip(&mut self.conductance).zip(&self.scale) {
            *i *= scale; // mA/cm2
            *g *= scale; // S/cm2
        }
        for run in &self.runs {
            let instances = run.instance..run.instance + run.length;
            let nodes = run.node..run.node + run.length;
            let rhs = matrix.rhs[nodes.clone()].iter_mut().zip(&self.current[instances.clone()]);
            let diagonal = matrix.diagonal[nodes].iter_mut().zip(&self.conductance[instances]);
            if self.electrode {
                rhs.for_each(|(rhs, i)| *rhs += i);
                diagonal.for_each(|(d, g)| *d -= g);
            } else {
                rhs.for_each(|(rhs, i)| *rhs -= i);
                diagonal.for_each(|(d, g)| *d += g);
            }
        }
    }

    /// Fetches the reversal potentials of its ions.
    pub(crate) fn read_ions(&mut self, ions: &[Self]) {
        for link in &self.ions {
            let source = ions[link.ion].block.column(Ion::REVERSAL_POTENTIAL);
            let target = self.block.column_mut(link.columns.reversal_potential);
            for (e, &instance) in target.iter_mut().zip(&link.instances) {
                *e = source[instance as usize]; // mV
            }
        }
    }

    /// Whether an instance at `node` has a current or variable that is not finite.
    pub(crate) fn is_broken_at(&self, node: u32) -> bool {
        let has_current = self.mechanism.description().has_current;
        self.nodes.iter().enumerate().filter(|(_, n)| **n == node).any(|(k, _)| {
            (has_current && !(self.current[k].is_finite() && self.conductance[k].is_finite()))
                || (0..self.block.width()).any(|column| !self.block.column(column)[k].is_finite())
        })
    }
}
