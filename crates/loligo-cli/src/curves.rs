//! `loligo nmodl curves`: steady states and time constants of a mechanism as a picture.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use loligo::Catalogue;
use loligo::kernels::IonVariable;
use loligo::prelude::*;
use loligo_nmodl::model::{Kind, Model, Role, Storage, Variable};
use loligo_plot::{Trace, curves_picture, picture_kind};

use crate::failure::Failure;
use crate::terminal::say;

/// Number of points of a curve.
const POINTS: u32 = 91;

/// The picture to draw.
#[derive(Args)]
pub struct CurvesArguments {
    /// A `.mod` file with a mechanism on membrane, or the name of one of Loligo's own, such as loligo:layer5/l5_im.
    pub file: PathBuf,
    /// File for the picture [default: NAME.svg in the current folder].
    #[arg(long, value_name = "FILE.svg")]
    out: Option<PathBuf>,
    /// The quantity on the horizontal axis: v (mV), or an ion's concentration, such as cai (mM) [default: the
    /// concentration that the mechanism reads, if its states do not depend on the voltage; else v].
    #[arg(long, value_name = "NAME")]
    over: Option<String>,
    /// Beginning of the axis [default: -100 for v, 0 for a concentration].
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    from: Option<f64>,
    /// End of the axis [default: 50 for v, 0.002 for a concentration].
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    to: Option<f64>,
    /// Temperature (degC).
    #[arg(long, value_name = "DEGC", default_value_t = 34.0)]
    celsius: f64,
}

/// Draws the values that the states have after INITIAL, which are the steady states in usual files, and the variables in
/// ms (RANGE), over the voltage or a concentration.
pub fn curves(arguments: &CurvesArguments, model: &Model) -> Result<(), Failure> {
    if model.kind != Kind::Density {
        let text = format!("{} is not a mechanism on membrane (SUFFIX); curves are drawn of such ones", model.name);
        return Err(Failure::Input(text));
    }
    let shown = |variable: &&Variable| match variable.role {
        Role::State => true,
        Role::Assigned => {
            variable.is_public && variable.storage == Storage::Instance && variable.unit.as_deref() == Some("ms")
        }
        _ => false,
    };
    let shown: Vec<&Variable> =
        model.variables.iter().filter(shown).filter(|own| own.ion.is_none() && own.length.is_none()).collect();
    let loaded = loligo_nmodl::load(Catalogue::builtin(), [&arguments.file]);
    let catalogue = loaded.map_err(|errors| Failure::Input(errors.to_string()))?.catalogue;
    let over = arguments.over.clone().unwrap_or_else(|| usual_axis(model, &catalogue));
    let is_voltage = over == "v";
    let (low, high) = if is_voltage { (-100.0, 50.0) } else { (0.0, 0.002) }; // mV, mM
    let (low, high) = (arguments.from.unwrap_or(low), arguments.to.unwrap_or(high));
    if !low.is_finite() || !high.is_finite() {
        return Err(Failure::Input("--from and --to: give finite numbers".to_owned()));
    }
    if !is_voltage && catalogue.find(&ion_of(&over)).is_none() {
        let text = format!("--over {over}: give v, or the name of an ion's concentration, such as cai");
        return Err(Failure::Input(text));
    }
    let places: Arc<[f64]> = (0..POINTS).map(|k| low + (high - low) * f64::from(k) / f64::from(POINTS - 1)).collect();
    let mut traces: Vec<Trace> = shown
        .iter()
        .map(|variable| Trace {
            name: variable.name.to_string(),
            cell: Some(variable.name.to_string()),
            unit: variable.unit.as_deref().unwrap_or("1").to_owned(),
            time: Arc::clone(&places),
            values: Vec::new(),
        })
        .collect();
    for &at in places.iter() {
        let values = values((&over, at), arguments.celsius, (model, &catalogue), &shown)?;
        traces.iter_mut().zip(values).for_each(|(trace, value)| trace.values.push(value));
    }
    let axis = if is_voltage { "Voltage (mV)".to_owned() } else { format!("{over} (mM)") };
    let Some(picture) = curves_picture(&traces, &axis) else {
        let text =
            format!("{} has no state and no RANGE variable in ms, so that there is no curve to draw", model.name);
        return Err(Failure::Input(text));
    };
    let out = arguments.out.clone().unwrap_or_else(|| PathBuf::from(format!("{}.svg", model.name)));
    write(&out, &picture)?;
    say!("{}", out.display());
    Ok(())
}

/// The mechanism that has a concentration: ca_ion for cai and cao.
fn ion_of(concentration: &str) -> String {
    format!("{}_ion", concentration.strip_suffix(['i', 'o']).unwrap_or(concentration))
}

/// The concentration that a mechanism reads, if its states do not depend on the voltage; else `v`.
fn usual_axis(model: &Model, catalogue: &Catalogue) -> String {
    let reads_voltage = catalogue.find(&model.name).is_none_or(|own| own.signature().state_reads_voltage);
    let mut reads = model.ions.iter().flat_map(|ion| &ion.reads);
    let concentration = reads.find(|(kind, _)| matches!(kind, IonVariable::Inside | IonVariable::Outside));
    match concentration {
        Some((_, id)) if !reads_voltage => model.variable(*id).name.to_string(),
        _ => "v".to_owned(),
    }
}

/// The values of variables after the initialisation at one point of the axis.
fn values(
    (over, at): (&str, f64),
    celsius: f64,
    (model, catalogue): (&Model, &Catalogue),
    shown: &[&Variable],
) -> Result<Vec<f64>, Failure> {
    let mut cell = Cell::new("cell");
    cell.add_section(Section::cylinder("membrane", 10.0, 10.0)); // um
    cell.paint(Region::All, Mechanism::new(&*model.name));
    let mut options = Options { celsius, ..Options::default() };
    if over == "v" {
        options.v_init = at;
    } else {
        cell.paint(Region::All, Mechanism::new(ion_of(over)).with(over, at));
    }
    let mut network = Network::with_catalogue(catalogue.clone());
    let cell = network.add_cell(cell);
    for variable in shown {
        let name = format!("{}_{}", variable.name, model.name);
        network.record(VariableRef::section(cell, 0, 0.5, name));
    }
    let simulation = Simulation::new(&network, &options).map_err(Failure::Run)?;
    let value = |index| simulation.value(index).map_err(Failure::Run);
    (0..shown.len()).map(value).collect()
}

fn write(out: &Path, picture: &str) -> Result<(), Failure> {
    // Every picture of a run is of the same kind of file.
    let kind = picture_kind("traces.svg").ok_or_else(|| Failure::output(out, "it is not a picture"))?;
    loligo_io::replace(out, kind, |file| file.write_all(picture.as_bytes()))
        .map_err(|error| Failure::output(out, error))
}
