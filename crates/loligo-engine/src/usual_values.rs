//! The values that most instances of each mechanism have, for kernels that are faster for these, and those of the first
//! instance, on which tables depend.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use loligo_mechanisms::{Block, ColumnView, Identity, Role};

use crate::blueprint::{Blueprint, CellBlueprint, Placed, VariablePlace};

/// Values of each mechanism.
pub(crate) type UsualValues = HashMap<Identity, ModelValues>;

/// For each column of a mechanism values in the whole model.
#[derive(Clone, Debug, Default)]
pub(crate) struct ModelValues {
    /// The value that most instances have.
    pub(crate) usual: Arc<[f64]>,
    /// The first instance's value of a parameter in which instances differ.
    pub(crate) first: Arc<[Option<f64>]>,
    /// The cell of the first instance, and the index of the mechanism there, of which it is the first one; `None` if there are
    /// no instances.
    pub(crate) place_of_first: Option<(usize, usize)>,
}

/// The most frequent value of every parameter in all cells of a blueprint, and the defaults of other columns; and the
/// first instance's values of those parameters in which instances differ. Only for the mechanisms that use them.
///
/// It is the same for every division into groups and ranks, and for equal cells however they are described, so that
/// kernels, and with them the bits of the results, do not depend on these.
pub(crate) fn usual_values(blueprint: &Blueprint) -> UsualValues {
    // For each description the first cell that has it, and the number of cells.
    let mut cells_of_description: HashMap<*const Vec<Placed>, (usize, i64)> = HashMap::new();
    for (index, cell) in blueprint.cells.iter().enumerate() {
        cells_of_description.entry(Arc::as_ptr(&cell.placed)).or_insert((index, 0)).1 += 1;
    }
    let mut tallies: HashMap<Identity, Tally> = HashMap::new();
    for (cell, cells) in cells_of_description.into_values() {
        let all = blueprint.cells[cell].placed.iter().enumerate();
        for (index, placed) in all.filter(|(_, placed)| placed.mechanism.uses_usual_values()) {
            let tally = tallies.entry(placed.mechanism.identity()).or_insert_with(|| Tally::of(placed));
            tally.add(&placed.block, cells);
            if !placed.nodes.is_empty() {
                tally.first = tally.first.min((cell, index));
            }
        }
    }
    for cell in &blueprint.cells {
        for ((index, column), entries) in own_entries(cell) {
            let placed = &cell.placed[index];
            if let Some(tally) = tallies.get_mut(&placed.mechanism.identity()) {
                tally.replace(&placed.block, column, &entries);
            }
        }
    }
    let values = |(identity, tally): (Identity, Tally)| {
        let first = tally.differing(&blueprint.cells).into();
        let place_of_first = (tally.first.0 < blueprint.cells.len()).then_some(tally.first);
        (identity, ModelValues { usual: tally.most_frequent(), first, place_of_first })
    };
    tallies.into_iter().map(values).collect()
}

/// The instances to which a cell's own value applies.
type OwnEntry<'a> = (&'a [VariablePlace], f64);

/// The own values of a cell for each column of its mechanisms.
fn own_entries(cell: &CellBlueprint) -> BTreeMap<(usize, usize), Vec<OwnEntry<'_>>> {
    let mut entries: BTreeMap<_, Vec<OwnEntry<'_>>> = BTreeMap::new();
    for (places, value) in &cell.own {
        for places in places.chunk_by(|a, b| (a.placed, a.column) == (b.placed, b.column)) {
            entries.entry((places[0].placed, places[0].column)).or_default().push((places, *value));
        }
    }
    entries
}

/// Numbers of instances by value.
struct Tally {
    defaults: Vec<f64>,
    /// The first cell that has instances, and the index of the mechanism there.
    first: (usize, usize),
    /// For each parameter's column the instances with a value, by its bits.
    columns: BTreeMap<usize, BTreeMap<u64, i64>>,
}

impl Tally {
    fn of(placed: &Placed) -> Self {
        let signature = placed.mechanism.signature();
        let is_parameter = |column: &usize| signature.variable(*column).role == Role::Parameter;
        let columns = (0..signature.width()).filter(is_parameter);
        Self {
            defaults: signature.defaults().collect(),
            first: (usize::MAX, 0),
            columns: columns.map(|c| (c, BTreeMap::new())).collect(),
        }
    }

    /// Adds the instances of a block in a number of cells.
    fn add(&mut self, block: &Block, cells: i64) {
        for (&column, instances_of) in &mut self.columns {
            let mut count = |value: f64, instances| *instances_of.entry(value.to_bits()).or_insert(0) += instances;
            match block.column(column) {
                ColumnView::Each(values) => values.iter().for_each(|&value| count(value, cells)),
                ColumnView::Same(value) => count(value, cells * block.len() as i64),
                ColumnView::Discarded => {}
            }
        }
    }

    /// Counts the own values of a cell instead of those of the block that it shares with others.
    fn replace(&mut self, block: &Block, column: usize, entries: &[OwnEntry<'_>]) {
        let Some(instances_of) = self.columns.get_mut(&column) else { return };
        let mut count = |value: f64, instances| *instances_of.entry(value.to_bits()).or_insert(0) += instances;
        if let (&[(places, value)], ColumnView::Same(shared)) = (entries, block.column(column)) {
            count(value, places.len() as i64);
            count(shared, -(places.len() as i64));
            return;
        }
        let values =
            entries.iter().flat_map(|&(places, value)| places.iter().map(move |place| (place.instance, value)));
        let last: BTreeMap<usize, f64> = values.collect();
        for (instance, value) in last {
            count(value, 1);
            count(block.value(column, instance), -1);
        }
    }

    /// For each column the value of the first instance, the one at the lowest node of the first cell that has some, if it is a
    /// parameter in which instances differ.
    fn differing(&self, cells: &[CellBlueprint]) -> Vec<Option<f64>> {
        let mut first = vec![None; self.defaults.len()];
        let (cell, index) = self.first;
        let Some(cell) = cells.get(cell) else { return first };
        for (&column, instances_of) in &self.columns {
            if instances_of.values().filter(|&&instances| instances > 0).count() > 1 {
                first[column] = Some(cell.placed[index].block.value(column, 0));
            }
        }
        for (places, value) in &cell.own {
            for place in places.iter().filter(|place| (place.placed, place.instance) == (index, 0)) {
                first[place.column] = first[place.column].and(Some(*value));
            }
        }
        first
    }

    fn most_frequent(self) -> Arc<[f64]> {
        let Self { defaults: mut values, columns, .. } = self;
        for (column, instances_of) in columns {
            let default = values[column].to_bits();
            // Of equally frequent values the default, or else that with the lowest bits.
            let rank = |&(&bits, &instances): &(&u64, &i64)| (instances, bits == default, Reverse(bits));
            if let Some((&bits, _)) = instances_of.iter().max_by_key(rank) {
                values[column] = f64::from_bits(bits);
            }
        }
        values.into()
    }
}

#[cfg(test)]
mod tests {
    use loligo_mechanisms::{CompileError, Environment, Kernel, Layout, Mechanism, Signature};

    use super::*;
    use crate::test_models::{MIDDLE, builtin, cable, cell, placed};

    /// A mechanism whose kernels use the usual values.
    #[derive(Debug)]
    struct Using(Arc<dyn Mechanism>);

    impl Mechanism for Using {
        fn signature(&self) -> &Arc<Signature> {
            self.0.signature()
        }

        fn uses_usual_values(&self) -> bool {
            true
        }

        fn compile(&self, environment: &Environment, layout: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
            self.0.compile(environment, layout)
        }
    }

    #[test]
    fn they_are_found_for_mechanisms_that_use_them() {
        let blueprint = |mechanism: &Arc<dyn Mechanism>| Blueprint {
            cells: vec![cell(&cable(1), vec![placed(mechanism, 0, &[MIDDLE])])],
            ..Blueprint::default()
        };
        let pas = builtin("pas");
        assert!(usual_values(&blueprint(&pas)).is_empty());
        assert_eq!(usual_values(&blueprint(&(Arc::new(Using(pas)) as Arc<dyn Mechanism>))).len(), 1);
    }

    #[test]
    fn the_most_frequent_value_of_all_cells_counts() {
        let pas: Arc<dyn Mechanism> = Arc::new(Using(builtin("pas")));
        let g = pas.signature().column("g").expect("pas has g");
        let e = pas.signature().column("e").expect("pas has e");
        let mut first = placed(&pas, 0, &[1, 2, 3]);
        first.block.fill(g, 0.002);
        first.block.set(e, 1, -80.0);
        let mut second = placed(&pas, 0, &[MIDDLE; 2]);
        second.block.fill(g, 0.003);
        let mut blueprint = Blueprint { cells: vec![cell(&cable(3), vec![first])], ..Blueprint::default() };
        let usual = |blueprint: &Blueprint| {
            let ModelValues { usual, .. } = &usual_values(blueprint)[&pas.identity()];
            (usual[g], usual[e])
        };
        assert_eq!(usual(&blueprint), (0.002, -70.0));
        let other = cell(&cable(1), vec![second]);
        blueprint.cells.extend([other.clone(), other]);
        assert_eq!(usual(&blueprint), (0.003, -70.0), "two cells of two instances");
        let place = |column, instance| VariablePlace { placed: 0, column, instance };
        blueprint.cells[1].own = vec![(Arc::new([place(g, 0), place(g, 1)]), 0.002), (Arc::new([place(e, 0)]), -90.0)];
        assert_eq!(usual(&blueprint), (0.002, -70.0), "own values instead of those of the description");
        blueprint.cells[1].own.push((Arc::new([place(g, 1)]), 0.003));
        blueprint.cells[1].own.push((Arc::new([place(g, 0)]), 0.003));
        assert_eq!(usual(&blueprint), (0.003, -70.0), "the last own value counts");
    }

    #[test]
    fn the_first_instance_counts_where_instances_differ() {
        let pas: Arc<dyn Mechanism> = Arc::new(Using(builtin("pas")));
        let [g, e] = ["g", "e"].map(|name| pas.signature().column(name).expect("pas has it"));
        let mut two = placed(&pas, 0, &[1, 2]);
        two.block.set(e, 1, -80.0);
        let none = cell(&cable(3), vec![placed(&pas, 0, &[])]);
        let place = |cells: Vec<CellBlueprint>| {
            usual_values(&Blueprint { cells, ..Blueprint::default() })[&pas.identity()].place_of_first
        };
        assert_eq!(place(vec![none.clone()]), None);
        assert_eq!(place(vec![none, cell(&cable(3), vec![two.clone()])]), Some((1, 0)));
        let mut blueprint = Blueprint { cells: vec![cell(&cable(3), vec![two])], ..Blueprint::default() };
        let first = |blueprint: &Blueprint| {
            let ModelValues { first, .. } = &usual_values(blueprint)[&pas.identity()];
            (first[g], first[e])
        };
        assert_eq!(first(&blueprint), (None, Some(-70.0)));
        let own = |column, instance| Arc::new([VariablePlace { placed: 0, column, instance }]);
        blueprint.cells[0].own = vec![(own(e, 0), -90.0), (own(g, 1), 0.5)];
        assert_eq!(first(&blueprint), (Some(0.001), Some(-90.0)));
    }
}
