//! Functions given by their values (FUNCTION_TABLE in NMODL) equal NEURON's for the same numbers, to the last bit
//! (`tests/neuron/handed_in.py`): at the points, close to them, between them, and beyond the ends. Numbers that are not
//! a valid table are rejected.

use loligo::kernels::{Axis, FunctionTable, FunctionTableError};
use loligo_tests::{function_table, numbers, project_file, read_json};
use serde_json::Value;

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().unwrap()
}

#[test]
fn tables_give_neurons_values() {
    let reference = read_json(&project_file("tests/reference/handed_in.json"));
    for lookups in list(&reference, "tables") {
        let table = function_table(&lookups["table"]);
        for (arguments, expected) in list(lookups, "arguments").iter().zip(numbers(&lookups["values"])) {
            let own = table.value(&numbers(arguments));
            assert_eq!(own.to_bits(), expected.to_bits(), "{own:?}, not {expected:?}, at {arguments} of {table:?}");
        }
    }
}

#[test]
fn tables_at_what_is_no_number_and_beside_the_last_point() {
    let at_nan = [
        FunctionTable::uniform([1.0, 2.0, 3.0], 0.0, 1.0),
        FunctionTable::uniform([1.0], 0.0, 1.0),
        FunctionTable::irregular([1.0, 2.0], [0.0, 1.0]),
        FunctionTable::grid([1.0, 2.0, 3.0, 4.0], [Axis::new(2, 0.0, 1.0); 2]),
        FunctionTable::grid([1.0; 8], [Axis::new(2, 0.0, 1.0); 3]),
    ];
    for table in at_nan.map(Result::unwrap) {
        let arguments = table.arguments().unwrap();
        for wrong in 0..arguments {
            let mut given = vec![0.5; arguments];
            given[wrong] = f64::NAN;
            assert!(table.value(&given).is_nan(), "{table:?}");
        }
        assert!(table.value(&[]).is_nan());
    }
    // The quotient that determines the place exceeds the index of the last point; NEURON then reads outside the table.
    let (from, to) = (-3.0306032495462887, 0.8521505858607181);
    let table = FunctionTable::uniform(vec![1.0; 118], from, to).unwrap();
    assert_eq!(table.value(&[f64::next_down(to)]), 1.0);
    // With three arguments the value is that of the point below.
    let values: Vec<f64> = (0..24).map(f64::from).collect();
    let axes = [Axis::new(2, 0.0, 1.0), Axis::new(3, 0.0, 2.0), Axis::new(4, 0.0, 3.0)];
    let table = FunctionTable::grid(values, axes).unwrap();
    assert_eq!(table.value(&[0.9, 1.5, 2.9]), 6.0);
    assert_eq!(table.value(&[1.0, 9.0, -1.0]), 20.0);
    assert_eq!(FunctionTable::default().value(&[1.0, 2.0]), 0.0);
}

#[test]
fn numbers_that_make_no_table_are_refused() {
    use FunctionTableError::{Count, Empty, Ends, Position, Value};
    let uniform = |values: &[f64], from, to| FunctionTable::uniform(values, from, to).unwrap_err();
    let irregular = |values: &[f64], at: &[f64]| FunctionTable::irregular(values, at).unwrap_err();
    assert!(matches!(FunctionTable::constant(f64::NAN), Err(Value { index: 0, .. })));
    assert_eq!(uniform(&[], 0.0, 1.0), Empty);
    assert_eq!(uniform(&[1.0, f64::INFINITY], 0.0, 1.0), Value { index: 1, value: f64::INFINITY });
    assert_eq!(uniform(&[1.0, 2.0], 1.0, 0.0), Ends { argument: 0, from: 1.0, to: 0.0 });
    assert!(matches!(uniform(&[1.0, 2.0], f64::NAN, 0.0), Ends { argument: 0, .. }));
    assert_eq!(irregular(&[1.0, 2.0, 3.0], &[0.0, 1.0]), Count { values: 3, points: 2 });
    assert_eq!(irregular(&[1.0, 2.0, 3.0], &[0.0, 2.0, 1.0]), Position { index: 2, value: 1.0 });
    assert!(matches!(irregular(&[1.0, 2.0], &[0.0, f64::NAN]), Position { index: 1, .. }));
    let grid = |values: &[f64], axes: &[Axis]| FunctionTable::grid(values, axes).unwrap_err();
    assert_eq!(grid(&[1.0; 5], &[Axis::new(2, 0.0, 1.0); 2]), Count { values: 5, points: 4 });
    assert_eq!(grid(&[1.0], &[]), Count { values: 1, points: 0 });
    assert_eq!(grid(&[1.0], &[Axis::new(usize::MAX, 0.0, 1.0); 2]), Count { values: 1, points: usize::MAX });
    assert_eq!(grid(&[], &[Axis::new(0, 0.0, 1.0), Axis::new(3, 0.0, 1.0)]), Empty);
    let written = serde_json::to_string(&FunctionTable::irregular([1.0, 2.0], [0.0, 1.0]).unwrap()).unwrap();
    assert_eq!(serde_json::from_str::<FunctionTable>(&written).unwrap().value(&[0.5]), 1.5);
    let broken = serde_json::from_str::<FunctionTable>(&written.replace("[0.0,1.0]", "[1.0,0.0]")).unwrap_err();
    assert!(broken.to_string().contains("position number 2"), "{broken}");
}
