//! Instances whose linear states can be computed as sums.

/// The columns by which instances of a point process on one node are computed together, as sums (in
/// [`Fast`](crate::Numerics::Fast)): a *lump* has the shared parameters of its instances and the sums of their states,
/// and costs as much as one instance.
///
/// A mechanism that [returns it](crate::Mechanism::lumping) asserts that, for any instances that have the same bits in
/// all `shared` columns:
///
/// - [`advance`](crate::Kernel::advance) multiplies each of the `states` by a factor, and changes nothing else. The factor
///   depends on the step, the globals, the temperature and the `shared` columns alone;
/// - [`current`](crate::Kernel::current) is linear in the `states`, and 0 if all of them are 0. Besides them, it depends
///   on the voltage and what the factor depends on; it stores nothing but `derived` columns;
/// - [`receive`](crate::Kernel::receive) and [`initialize_connection`](crate::Kernel::initialize_connection) add to the
///   `states` amounts that do not depend on these or on `derived` columns; the amounts may depend on anything else. They
///   change no `shared` column and no voltage;
/// - there are no pointers, stages, diffusion, ions or watched conditions.
///
/// ```
/// use loligo_mechanisms::Catalogue;
/// let catalogue = Catalogue::builtin();
/// let synapse = catalogue.find("ExpSyn").unwrap();
/// let column = |name| synapse.signature().column(name).unwrap();
/// let lumping = synapse.lumping().unwrap();
/// assert_eq!(lumping.states, [column("g")]);
/// assert_eq!(lumping.shared, [column("tau"), column("e")]);
/// assert_eq!(lumping.decay, [column("tau")]);
/// assert_eq!(lumping.linear, [column("e")]);
/// assert_eq!(lumping.increments[0].weight, 0); // the first weight, uS
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lumping {
    /// States that decay.
    pub states: Vec<usize>,
    /// Parameters and other variables, constant during a run, that currents and decays depend on.
    pub shared: Vec<usize>,
    /// Those of `shared` on which only the factor depends, not the current. Instances on one node that differ in nothing
    /// else can be computed together, by a few decay rates for all of theirs.
    pub decay: Vec<usize>,
    /// Those of `shared` on each of which the current depends linearly, as a + b x, if all others stay the same, and the
    /// factor not at all: reversal potentials, and factors of the conductance. Instances on one node that differ in one
    /// of them can be computed together, by its least and its largest value.
    pub linear: Vec<usize>,
    /// Variables that the currents' evaluation computes. They are kept for instances that are recorded, and undefined
    /// for all others.
    pub derived: Vec<usize>,
    /// For each of the states, the amount that an event from a connection adds to it, if such an event does nothing
    /// else; empty if [`receive`](crate::Kernel::receive) must be called.
    pub increments: Vec<Increment>,
}

/// The amount that an event adds to a state: a weight of its connection, or the product of the weight and a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Increment {
    /// Number of the weight, from 0.
    pub weight: usize,
    /// The column, none of the `states` or `derived` ones.
    pub factor: Option<usize>,
}
