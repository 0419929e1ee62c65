//! `loligo nmodl curves`: steady states and time constants of a mechanism, or the conductance of a synapse, as a picture.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use loligo::Catalogue;
use loligo::kernels::IonVariable;
use loligo::prelude::*;
use loligo_nmodl::Curves;
use loligo_nmodl::library::LibraryName;
use loligo_nmodl::model::{Kind, Model, Role, Variable};
use loligo_plot::{Trace, curves_picture, picture_kind};

use crate::conductances::{Experiment, conductances};
use crate::failure::Failure;
use crate::terminal::say;

/// Number of points of a curve.
const POINTS: u32 = 91;

/// The picture to draw.
#[derive(Args)]
pub struct CurvesArguments {
    /// A `.mod` file with a mechanism on membrane or a synapse, or the name of one of Loligo's own, such as loligo:layer5/l5_im.
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
    /// Temperature (degC) [default: 34; for one of Loligo's own mechanisms, that of its theme].
    #[arg(long, value_name = "DEGC")]
    celsius: Option<f64>,
}

/// Draws the curves of a mechanism: for one on membrane the values that the states have after INITIAL, which are the steady
/// states in usual files, and the variables in ms (RANGE), over the voltage or a concentration; for a synapse its
/// conductance after a spike.
pub fn curves(arguments: &CurvesArguments, model: &Model) -> Result<(), Failure> {
    let loaded = loligo_nmodl::load(Catalogue::builtin(), [&arguments.file]);
    let catalogue = loaded.map_err(|errors| Failure::Input(errors.to_string()))?.catalogue;
    let picture = match Curves::of(model) {
        Some(Curves::Steady(shown)) => steady(arguments, (model, &catalogue), &shown)?,
        Some(Curves::Conductances(shown)) => after_spikes(arguments, (model, &catalogue), &shown)?,
        None => None,
    };
    let picture = picture.ok_or_else(|| Failure::Input(without_curves(model)))?;
    let out = arguments.out.clone().unwrap_or_else(|| PathBuf::from(format!("{}.svg", model.name)));
    write(&out, &picture)?;
    say!("{}", out.display());
    Ok(())
}

/// The reason for which a mechanism has no picture.
fn without_curves(model: &Model) -> String {
    let name = &model.name;
    match model.kind {
        Kind::Density => format!(
            "{name} has no state and no RANGE variable in ms, or computes a concentration, so that there is no curve to \
             draw"
        ),
        Kind::Point if model.net_receive.is_none() => format!(
            "{name} receives no events, so that there is no conductance after a spike to draw; record its variables in a \
             model instead"
        ),
        Kind::Point => format!(
            "{name} has no variable in a unit of conductance (RANGE or STATE, such as `g (uS)`), so that there is no curve to draw"
        ),
        Kind::Artificial | Kind::Nothing => format!("{name} is neither a channel nor a synapse, and has no curves"),
    }
}

/// The temperature of a picture, degC: the given one, that of the theme, or that of the cortex.
fn temperature(arguments: &CurvesArguments) -> f64 {
    let theme = LibraryName::of(&arguments.file).and_then(|name| name.theme().ok());
    arguments.celsius.or(theme.map(|theme| theme.celsius)).unwrap_or(34.0)
}

/// The conductances of a synapse after spikes.
fn after_spikes(
    arguments: &CurvesArguments,
    (model, catalogue): (&Model, &Catalogue),
    shown: &[&Variable],
) -> Result<Option<String>, Failure> {
    if arguments.over.is_some() || arguments.from.is_some() || arguments.to.is_some() {
        let text = format!(
            "{} is a synapse, drawn over the time after a spike: leave out --over, --from and --to, which are for \
             mechanisms on membrane",
            model.name
        );
        return Err(Failure::Input(text));
    }
    let celsius = temperature(arguments);
    let traces = conductances((model, catalogue), celsius, shown)?;
    let axis = format!("Time (ms); {} at {celsius} °C", Experiment::of(model).summary());
    Ok(curves_picture(&traces, &axis))
}

/// The steady states and time constants of a mechanism on membrane.
fn steady(
    arguments: &CurvesArguments,
    (model, catalogue): (&Model, &Catalogue),
    shown: &[&Variable],
) -> Result<Option<String>, Failure> {
    let over = arguments.over.clone().unwrap_or_else(|| usual_axis(model, catalogue));
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
    let celsius = temperature(arguments);
    let places: Arc<[f64]> = (0..POINTS).map(|k| low + (high - low) * f64::from(k) / f64::from(POINTS - 1)).collect();
    let mut traces: Vec<Trace> = shown.iter().map(|variable| curve_of(variable, shown, &places)).collect();
    for &at in places.iter() {
        let values = values((&over, at), celsius, (model, catalogue), shown)?;
        traces.iter_mut().zip(values).for_each(|(trace, value)| trace.values.push(value));
    }
    let axis = if is_voltage { "Voltage (mV)".to_owned() } else { format!("{over} (mM)") };
    Ok(curves_picture(&traces, &format!("{axis} at {celsius} °C")))
}

/// The curve of a variable, without values. That of a time constant has the colour of its gate: `mtau` and `tau_m` belong
/// to `m`.
fn curve_of(variable: &Variable, shown: &[&Variable], places: &Arc<[f64]>) -> Trace {
    let (quantity, unit) = match (variable.role, variable.unit.as_deref()) {
        (Role::State, None | Some("1")) => ("Steady state", ""),
        (Role::State, Some(unit)) => ("Steady state", unit),
        (_, unit) => ("Time constant", unit.unwrap_or_default()),
    };
    let without_tau = variable.name.replace("tau", "").replace('_', "");
    let gate = shown.iter().find(|own| own.role == Role::State && *own.name == *without_tau);
    Trace {
        name: format!("{}.{quantity}", variable.name),
        cell: Some(gate.unwrap_or(&variable).name.to_string()),
        unit: unit.to_owned(),
        time: Arc::clone(places),
        values: Vec::new(),
    }
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
