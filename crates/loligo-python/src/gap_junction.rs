//! Gap junctions, and values that are copied in every step.

use loligo::GapSide;
use pyo3::prelude::*;

use crate::objects::{GapJunction, Network, Owner, Variable};
use crate::references::{place_of, variable_of};

/// One side of a gap junction.
#[pyclass(frozen, module = "loligo")]
struct GapJunctionSide {
    network: Py<Network>,
    index: usize,
    side: GapSide,
}

#[pymethods]
impl GapJunctionSide {
    fn __getattr__(&self, py: Python<'_>, name: &str) -> PyResult<Variable> {
        if matches!(name, "i" | "vgap" | "g") {
            let owner = Owner::Gap(self.network.clone_ref(py), self.index, self.side);
            return Ok(Variable { owner, name: name.to_owned() });
        }
        let text = format!("a side of a gap junction has i (nA), vgap (mV) and g (uS), not \"{name}\"");
        Err(pyo3::exceptions::PyAttributeError::new_err(text))
    }
}

#[pymethods]
impl GapJunction {
    /// The first side.
    #[getter]
    fn a(&self, py: Python<'_>) -> GapJunctionSide {
        GapJunctionSide { network: self.network.clone_ref(py), index: self.index, side: GapSide::A }
    }

    /// The second side.
    #[getter]
    fn b(&self, py: Python<'_>) -> GapJunctionSide {
        GapJunctionSide { network: self.network.clone_ref(py), index: self.index, side: GapSide::B }
    }

    fn __repr__(&self) -> String {
        format!("<gap junction {}>", self.index)
    }
}

#[pymethods]
impl Network {
    /// Joins two places by a gap junction of a conductance (uS).
    ///
    /// Raises
    /// ------
    /// ForeignObjectError
    ///     A part of another network, or of a cell that was not added.
    ///
    /// Examples
    /// --------
    /// >>> other = network.add(cell)
    /// >>> network.gap_junction(soma(0.5), other.soma(0.5), conductance=1e-3, name="gap")  # uS
    /// <gap junction 0>
    #[pyo3(signature = (a, b, conductance, name = None))]
    fn gap_junction(
        slf: &Bound<'_, Self>,
        a: &Bound<'_, PyAny>,
        b: &Bound<'_, PyAny>,
        conductance: f64,
        name: Option<String>,
    ) -> PyResult<GapJunction> {
        let (py, network) = (slf.py(), slf.clone().unbind());
        let (a, b) = (place_of(py, a, &network, "a")?, place_of(py, b, &network, "b")?);
        let index = slf.get().change(py, |network| {
            let index = network.gap_junction(a, b, conductance);
            if let Some(name) = name {
                network.gap_junctions[index].name = name;
            }
            index
        });
        Ok(GapJunction { network, index })
    }

    /// Copies the value of a variable to a parameter in every step.
    ///
    /// Raises
    /// ------
    /// ForeignObjectError
    ///     A part of another network, or of a cell that was not added.
    ///
    /// Examples
    /// --------
    /// >>> half = cell.place("half", soma(0.5), loligo.HalfGap(g=1e-3))  # uS
    /// >>> network.transfer(network.add(cell).soma(0.5).v, half.vgap)
    fn transfer(slf: &Bound<'_, Self>, source: &Bound<'_, PyAny>, target: &Bound<'_, PyAny>) -> PyResult<()> {
        let (py, network) = (slf.py(), slf.clone().unbind());
        let source = variable_of(py, source, &network, "source")?;
        let target = variable_of(py, target, &network, "target")?;
        slf.get().change(py, |network| network.transfer(source, target));
        Ok(())
    }
}
