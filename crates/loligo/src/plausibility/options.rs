//! Time step, initial voltage and temperature.

use loligo_engine::Options;

use super::usual::UsualRange;
use super::{ImplausibleValue, PlausibilityRule};
use crate::network::Network;

/// The largest step (ms) with which spikes of usual channels are still resolved.
const LARGEST_STEP: f64 = 0.1;

pub(super) fn look(network: &Network, options: &Options, found: &mut Vec<ImplausibleValue>) {
    // Artificial cells have no membrane: their events are exact to the step, and no voltage exists.
    if network.cells.is_empty() {
        return;
    }
    let mut report = |rule, name: &str, value, unit: &str, reason| {
        let (location, name, unit) = ("options".to_owned(), name.to_owned(), unit.into());
        found.push(ImplausibleValue { rule, part: None, location, name, value, unit, reason });
    };
    if options.dt > LARGEST_STEP {
        let reason = "spikes are not resolved with steps above 0.1 ms; 0.025 ms is usual".to_owned();
        report(PlausibilityRule::Step, "dt", options.dt, "ms", reason);
    }
    if let Some(reason) = odd_voltage(options.v_init) {
        report(PlausibilityRule::InitialVoltage, "v_init", options.v_init, "mV", reason);
    }
    let temperature = UsualRange::TEMPERATURE;
    if !temperature.contains(options.celsius) {
        let kelvin = options.celsius - 273.15;
        let meant = if temperature.contains(kelvin) {
            format!(
                "{} K is {} degC",
                loligo_io::plain(options.celsius),
                loligo_io::plain((kelvin * 100.0).round() / 100.0)
            )
        } else {
            "is the unit right?".to_owned()
        };
        let (low, high) = (temperature.low, temperature.high);
        let reason = format!("usual values are {low} to {high} degC; {meant}");
        report(PlausibilityRule::Temperature, "celsius", options.celsius, "degC", reason);
    }
}

/// The reason why a membrane voltage (mV) is odd.
fn odd_voltage(voltage: f64) -> Option<String> {
    const USUAL: UsualRange = UsualRange::VOLTAGE;
    if !USUAL.contains(voltage) {
        return Some(USUAL.reason(voltage, "mV"));
    }
    // A voltage in V is a usual one in mV.
    let is_volt = voltage != 0.0 && voltage.abs() < 0.2;
    is_volt
        .then(|| format!("{} V is {} mV", loligo_io::plain(voltage), loligo_io::plain((voltage * 1e6).round() / 1e3)))
}
