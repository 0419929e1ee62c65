//! The built-in mechanisms as structs with defaults.

use crate::cell::mechanism::Mechanism;

macro_rules! mechanism {
    ($(#[$doc:meta])* $name:ident as $key:literal { $($(#[$field_doc:meta])* $field:ident: $default:expr,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: f64,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }

        impl From<$name> for Mechanism {
            fn from(value: $name) -> Self {
                Mechanism::new($key)$(.with(stringify!($field), value.$field))*
            }
        }
    };
}

mechanism! {
    /// Passive membrane: i = g (v - e).
    ///
    /// ```
    /// let leak = loligo::mechanisms::Pas::default();
    /// assert_eq!((leak.g, leak.e), (0.001, -70.0)); // S/cm2, mV
    /// ```
    Pas as "pas" {
        /// Conductance, S/cm2.
        g: 0.001,
        /// Reversal potential, mV.
        e: -70.0,
    }
}

/// Hodgkin & Huxley's squid axon (1952, doi:10.1113/jphysiol.1952.sp004764), q10 = 3 from 6.3 degC.
///
/// `table` selects the source of the rates. **The default is `true`, NEURON's default**: steady states and time
/// constants are interpolated between whole mV, so that a model ported from NEURON gives the same numbers. With `false`
/// they are computed from the formulas, as in the equations and in Arbor and other simulators; the voltage during a
/// spike then differs by some 0.1 mV.
///
/// ```
/// use loligo::prelude::*;
/// let mut cell = Cell::new("squid");
/// let axon = cell.add_section(Section::axon("axon", 100.0, 10.0)); // um
/// cell.paint(Region::All, Hh::default());
/// let mut network = Network::new();
/// let cell = network.add_cell(cell);
/// let m = network.record(VariableRef::section(cell, axon, 0.5, "m_hh"));
/// let simulation = Simulation::new(&network, &Options::default())?;
/// assert!((simulation.value(m)? - 0.0529).abs() < 1e-4); // at -65 mV and 6.3 degC
/// # Ok::<(), loligo::SimulationError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hh {
    /// Maximal sodium conductance, S/cm2.
    pub gnabar: f64,
    /// Maximal potassium conductance, S/cm2.
    pub gkbar: f64,
    /// Leak conductance, S/cm2.
    pub gl: f64,
    /// Leak reversal potential, mV.
    pub el: f64,
    /// `true`: rates are interpolated from NEURON's 1 mV table.
    pub table: bool,
}

impl Default for Hh {
    fn default() -> Self {
        Self { gnabar: 0.12, gkbar: 0.036, gl: 0.0003, el: -54.3, table: true }
    }
}

impl From<Hh> for Mechanism {
    fn from(hh: Hh) -> Self {
        Mechanism::new("hh")
            .with("gnabar", hh.gnabar)
            .with("gkbar", hh.gkbar)
            .with("gl", hh.gl)
            .with("el", hh.el)
            .with("table", f64::from(u8::from(hh.table)))
    }
}

mechanism! {
    /// Calcium in a shell under the membrane, supplied by the calcium current of the segment and removed at a rate
    /// ([`CaPool`](loligo_mechanisms::CaPool) has the equation).
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::new("cell");
    /// let soma = cell.add_section(Section::soma(20.0)); // um
    /// cell.paint(Region::All, CaPool { rest: 2e-4, ..CaPool::default() }); // mM
    /// let mut network = Network::new();
    /// let cell = network.add_cell(cell);
    /// let eca = network.record(VariableRef::section(cell, soma, 0.5, "eca"));
    /// let simulation = Simulation::new(&network, &Options { celsius: 37.0, ..Options::default() })?;
    /// assert_eq!(simulation.value(eca)?, loligo::nernst(2e-4, 2.0, 2.0, 37.0)); // mV: it follows the concentration
    /// # Ok::<(), loligo::SimulationError>(())
    /// ```
    CaPool as "capool" {
        /// Depth of the shell, um.
        depth: 0.1,
        /// Time constant of removal, ms.
        tau: 80.0,
        /// Concentration at rest, mM.
        rest: 1e-4,
        /// Fraction of the calcium that remains unbound.
        gamma: 0.05,
    }
}

mechanism! {
    /// Current clamp: i = amp while delay <= t < delay + dur.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::new("cell");
    /// let soma = cell.add_section(Section::soma(20.0)); // um
    /// cell.paint(Region::All, Pas { g: 1e-3, e: -70.0 }); // S/cm2, mV
    /// cell.place("electrode", soma, 0.5, IClamp { delay: 0.0, dur: 100.0, amp: 0.1 }); // ms, ms, nA
    /// let mut network = Network::new();
    /// let cell = network.add_cell(cell);
    /// let v = network.record(VariableRef::voltage(cell, soma, 0.5));
    /// let mut simulation = Simulation::new(&network, &Options::default())?;
    /// simulation.run_until(50.0)?; // ms
    /// let conductance = 1e-3 * 400.0 * std::f64::consts::PI * 1e-2; // uS
    /// assert!((simulation.value(v)? + 70.0 - 0.1 / conductance).abs() < 1e-6); // Ohm's law, mV
    /// # Ok::<(), loligo::SimulationError>(())
    /// ```
    IClamp as "IClamp" {
        /// Start, ms.
        delay: 0.0,
        /// Duration, ms.
        dur: 0.0,
        /// Amplitude, nA; positive depolarises.
        amp: 0.0,
    }
}

mechanism! {
    /// A current clamp whose current is a membrane current: i = -amp while delay <= t < delay + dur.
    ///
    /// [`CurrentSource`](crate::CurrentSource) plays a signal into its `amp`.
    MembraneCurrentSource as "MembraneCurrentSource" {
        /// Start, ms.
        delay: 0.0,
        /// Duration, ms.
        dur: 0.0,
        /// Amplitude, nA; positive depolarises.
        amp: 0.0,
    }
}

mechanism! {
    /// Single-electrode voltage clamp: three levels from t = 0, then off.
    SEClamp as "SEClamp" {
        /// Series resistance, MOhm.
        rs: 1.0,
        /// Duration of the first level, ms.
        dur1: 0.0,
        /// First level, mV.
        amp1: 0.0,
        /// Duration of the second level, ms.
        dur2: 0.0,
        /// Second level, mV.
        amp2: 0.0,
        /// Duration of the third level, ms.
        dur3: 0.0,
        /// Third level, mV.
        amp3: 0.0,
    }
}

mechanism! {
    /// Synapse whose conductance jumps by the weight (uS) and decays.
    ///
    /// ```
    /// let synapse = loligo::mechanisms::ExpSyn::default();
    /// assert_eq!((synapse.tau, synapse.e), (0.1, 0.0)); // ms, mV
    /// ```
    ExpSyn as "ExpSyn" {
        /// Decay time constant, ms.
        tau: 0.1,
        /// Reversal potential, mV.
        e: 0.0,
    }
}

mechanism! {
    /// Synapse whose conductance rises and decays; the weight (uS) is its peak.
    ///
    /// ```
    /// let synapse = loligo::mechanisms::Exp2Syn::default();
    /// assert_eq!((synapse.tau1, synapse.tau2, synapse.e), (0.1, 10.0, 0.0)); // ms, ms, mV
    /// ```
    Exp2Syn as "Exp2Syn" {
        /// Rise time constant, ms.
        tau1: 0.1,
        /// Decay time constant, ms.
        tau2: 10.0,
        /// Reversal potential, mV.
        e: 0.0,
    }
}

mechanism! {
    /// Conductance with the time course of one alpha function.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::new("cell");
    /// let soma = cell.add_section(Section::soma(20.0)); // um
    /// cell.place("synapse", soma, 0.5, AlphaSynapse { onset: 1.0, tau: 2.0, gmax: 1e-3, e: 0.0 }); // ms, ms, uS, mV
    /// let mut network = Network::new();
    /// let cell = network.add_cell(cell);
    /// let g = network.record(VariableRef::point(cell, 0, "g"));
    /// let mut simulation = Simulation::new(&network, &Options::default())?;
    /// simulation.run_until(6.0)?; // ms
    /// let peak = simulation.samples(g)?.iter().copied().fold(0.0, f64::max);
    /// assert!((peak - 1e-3).abs() < 1e-7); // uS
    /// # Ok::<(), loligo::SimulationError>(())
    /// ```
    AlphaSynapse as "AlphaSynapse" {
        /// Start, ms.
        onset: 0.0,
        /// Time from start to peak, ms.
        tau: 0.1,
        /// Peak conductance, uS.
        gmax: 0.0,
        /// Reversal potential, mV.
        e: 0.0,
    }
}

mechanism! {
    /// One side of a gap junction: i = g (v - vgap). [`Network::gap_junction`](crate::Network::gap_junction) makes
    /// both; if the two sides differ, place them one by one and join them with
    /// [`Network::transfer`](crate::Network::transfer).
    HalfGap as "HalfGap" {
        /// Conductance, uS.
        g: 0.0,
        /// Voltage of the other side, mV: the target of a transfer.
        vgap: 0.0,
    }
}

mechanism! {
    /// Counts upward crossings of a voltage.
    APCount as "APCount" {
        /// Threshold, mV.
        thresh: -20.0,
    }
}

mechanism! {
    /// Train of spikes.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut network = Network::new();
    /// let train = NetStim { interval: 4.0, number: 3.0, start: 2.0, noise: 0.0 }; // ms
    /// let train = network.add_artificial_cell("train", train);
    /// network.watch(SourceRef::Artificial(train), 0.0);
    /// let mut simulation = Simulation::new(&network, &Options::default())?;
    /// simulation.run_until(20.0)?; // ms
    /// let times: Vec<f64> = simulation.spikes().iter().map(|spike| spike.t).collect();
    /// assert_eq!(times, [2.0, 6.0, 10.0]); // ms
    /// # Ok::<(), loligo::SimulationError>(())
    /// ```
    NetStim as "NetStim" {
        /// Mean interval, ms.
        interval: 10.0,
        /// Number of spikes.
        number: 10.0,
        /// Most likely time of the first spike, ms; negative: starts with an event.
        start: 50.0,
        /// From 0 (regular) to 1 (Poisson).
        noise: 0.0,
    }
}

/// neurodamus's name for [`NetStim`].
pub type VirtualSpikeSource = NetStim;

mechanism! {
    /// Integrate-and-fire cell whose inputs are instantaneous jumps.
    IntFire1 as "IntFire1" {
        /// Decay time constant, ms.
        tau: 10.0,
        /// Refractory period, ms.
        refrac: 5.0,
    }
}

mechanism! {
    /// Integrate-and-fire cell with an exponential synaptic current.
    IntFire2 as "IntFire2" {
        /// Time constant of the synaptic current, ms.
        taus: 20.0,
        /// Time constant of the membrane, ms; less than taus.
        taum: 10.0,
        /// Constant current.
        ib: 0.0,
    }
}

mechanism! {
    /// Integrate-and-fire cell with an exponential excitatory and an alpha-like inhibitory current.
    IntFire4 as "IntFire4" {
        /// Time constant of excitation, ms.
        taue: 5.0,
        /// Rise time constant of inhibition, ms.
        taui1: 10.0,
        /// Decay time constant of inhibition, ms.
        taui2: 20.0,
        /// Time constant of the membrane, ms.
        taum: 50.0,
    }
}

/// Two-electrode voltage clamp with three levels from t = 0, then off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VClamp {
    /// Durations of the levels, ms.
    pub dur: [f64; 3],
    /// Levels, mV.
    pub amp: [f64; 3],
    /// Gain of the control amplifier.
    pub gain: f64,
    /// Resistance of the stimulating electrode, MOhm.
    pub rstim: f64,
    /// Time constant of the measuring amplifier, ms.
    pub tau1: f64,
    /// Time constant of the control amplifier, ms.
    pub tau2: f64,
}

impl Default for VClamp {
    fn default() -> Self {
        Self { dur: [0.0; 3], amp: [0.0; 3], gain: 1e5, rstim: 1.0, tau1: 0.001, tau2: 0.0 }
    }
}

impl From<VClamp> for Mechanism {
    fn from(clamp: VClamp) -> Self {
        let mut mechanism = Mechanism::new("VClamp")
            .with("gain", clamp.gain)
            .with("rstim", clamp.rstim)
            .with("tau1", clamp.tau1)
            .with("tau2", clamp.tau2);
        for k in 0..3 {
            mechanism = mechanism.with(format!("dur[{k}]"), clamp.dur[k]).with(format!("amp[{k}]"), clamp.amp[k]);
        }
        mechanism
    }
}

/// Fires at given times.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VecStim {
    /// Times, ms, ascending.
    pub times: Vec<f64>,
}

impl From<VecStim> for Mechanism {
    fn from(stim: VecStim) -> Self {
        Mechanism::new("VecStim").vector("times", stim.times)
    }
}

/// Properties of the sodium, potassium or calcium ion of a region.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ion {
    /// Sodium, with its reversal potential in mV (default 50).
    Sodium(f64),
    /// Potassium, with its reversal potential in mV (default -77).
    Potassium(f64),
    /// Calcium, with its reversal potential in mV (default 132.458).
    Calcium(f64),
}

impl From<Ion> for Mechanism {
    fn from(ion: Ion) -> Self {
        match ion {
            Ion::Sodium(e) => Mechanism::new("na_ion").with("ena", e),
            Ion::Potassium(e) => Mechanism::new("k_ion").with("ek", e),
            Ion::Calcium(e) => Mechanism::new("ca_ion").with("eca", e),
        }
    }
}
