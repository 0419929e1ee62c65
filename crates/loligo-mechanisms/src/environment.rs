//! The conditions for which kernels are compiled: arithmetic, step and temperature, and the form of each
//! column.

use std::cell::RefCell;
use std::sync::Arc;

use crate::block::{Block, ColumnView};
use crate::function_table::FunctionTable;
use crate::kernel::Numerics;
use crate::math::lanes::Lanes;

/// The conditions of a run that are the same for all instances of a mechanism.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The arithmetic.
    pub numerics: Numerics,
    /// The vector instructions that kernels use.
    pub lanes: Lanes,
    /// The step, ms.
    pub dt: f64,
    /// Temperature, degC.
    pub celsius: f64,
    /// True if the step is of second order: states that are solved by Euler's or another approximate method are then
    /// advanced by half a step and extrapolated to a whole one.
    pub second_order: bool,
    /// True if the slopes of ion currents are needed ([`IonUse::current_slope`](crate::IonUse)).
    pub current_slopes: bool,
    /// Values of the mechanism's globals, in the order of the signature.
    pub globals: Arc<[f64]>,
    /// The mechanism's function tables, in the order of the signature.
    pub tables: Arc<[Arc<FunctionTable>]>,
    /// The values that most instances of the mechanism have in the model, in the order of its columns; empty where they
    /// are not known, or the mechanism does not [use](crate::Mechanism::uses_usual_values) them. A kernel can be faster for these, but has to serve instances with any values.
    pub usual_values: Arc<[f64]>,
    /// For each column that is a parameter in which instances of the mechanism differ in the model: the value of the first
    /// instance; empty as [`usual_values`](Self::usual_values).
    pub first_values: Arc<[Option<f64>]>,
}

/// The form in which a column is stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ColumnLayout {
    /// All instances have this value as long as the kernel is used.
    Uniform(f64),
    /// A value for each instance.
    Each,
    /// Computed, but not stored.
    Unobserved,
}

impl ColumnLayout {
    /// True if two kernels compiled for these would be equal; NaN counts as equal to NaN.
    pub(crate) fn is_same(self, other: Self) -> bool {
        match (self, other) {
            (Self::Uniform(own), Self::Uniform(other)) => own.to_bits() == other.to_bits(),
            _ => self == other,
        }
    }
}

/// The forms of a block's columns, during the compilation of a kernel for it.
///
/// It records the columns that were requested, so that one kernel can be used for all blocks that
/// agree in these.
#[derive(Debug)]
pub struct Layout<'a> {
    block: &'a Block,
    asked: RefCell<Vec<usize>>,
}

impl<'a> Layout<'a> {
    /// The layout of a block.
    pub fn of(block: &'a Block) -> Self {
        Self { block, asked: RefCell::default() }
    }

    /// The form of a column.
    ///
    /// # Panics
    /// If there is no such column; a mechanism requests only its own columns.
    pub fn column(&self, column: usize) -> ColumnLayout {
        let mut asked = self.asked.borrow_mut();
        if !asked.contains(&column) {
            asked.push(column);
        }
        self.look(column)
    }

    fn look(&self, column: usize) -> ColumnLayout {
        match self.block.column(column) {
            ColumnView::Each(_) => ColumnLayout::Each,
            ColumnView::Same(value) => ColumnLayout::Uniform(value),
            ColumnView::Discarded => ColumnLayout::Unobserved,
        }
    }

    /// The columns that were requested, and their forms.
    pub fn answers(&self) -> Vec<(usize, ColumnLayout)> {
        self.asked.borrow().iter().map(|&column| (column, self.look(column))).collect()
    }

    /// True if a kernel that was compiled with these answers can be used for this layout.
    pub fn agrees(&self, answers: &[(usize, ColumnLayout)]) -> bool {
        answers.iter().all(|&(column, answer)| column < self.block.width() && self.look(column).is_same(answer))
    }
}
