//! The signal of a `[[stimulus]]`: its shapes in order, and the signals added to them.

use loligo::{ShotNoise, SignalError, SignalSource};
use loligo_random::Stream;

use crate::model_file::error::Problem;
use crate::model_file::table::{Errors, Span, Table};

const TYPE: &str = "the shape: \"pulse\", \"ramp\", \"noise\"...";

/// Appends a shape to a signal.
type Append = Box<dyn Fn(SignalSource, &mut Stream) -> Result<SignalSource, SignalError>>;

/// A signal as described in the file; random numbers turn it into one of many realisations.
pub(crate) struct Recipe {
    base_amp: f64,
    delay: f64,
    scale: f64,
    shapes: Vec<(Append, Span)>,
    /// Approximate number of points of its shapes.
    own_points: f64,
    added: Vec<Recipe>,
    span: Span,
    /// `true` if it draws random numbers.
    pub(crate) is_random: bool,
    /// `true` if it is a noise block of neurodamus: one of its shapes is "noise".
    pub(crate) is_noise: bool,
}

impl Recipe {
    /// The keys of a signal.
    pub(crate) const KEYS: [&str; 4] = ["base_amp", "delay", "scale", "shape"];

    /// Reads the signal of a table, and of the tables in its key "add".
    pub(crate) fn read(table: &Table<'_>, amplitude_unit: &str, errors: &mut Errors) -> Self {
        let mut recipe = Self::read_one(table, amplitude_unit, errors);
        for inner in table.tables("add", "[[stimulus.add]]", errors) {
            inner.only(&Self::KEYS, errors);
            let added = Self::read_one(&inner, amplitude_unit, errors);
            recipe.is_random |= added.is_random;
            recipe.is_noise |= added.is_noise;
            recipe.added.push(added);
        }
        recipe
    }

    fn read_one(table: &Table<'_>, amplitude_unit: &str, errors: &mut Errors) -> Self {
        let number = |key: &str, meaning: &str, unit: &str, default: f64, errors: &mut Errors| {
            table.number(key, meaning, unit, errors).map_or(default, |number| number.value)
        };
        let mut recipe = Self {
            base_amp: number("base_amp", "the base amplitude, nA or uS", amplitude_unit, 0.0, errors),
            delay: number("delay", "time at the base amplitude before the first shape, ms", "ms", 0.0, errors),
            scale: number("scale", "a factor of all values", "", 1.0, errors),
            shapes: Vec::new(),
            own_points: 0.0,
            added: Vec::new(),
            span: table.span(),
            is_random: false,
            is_noise: false,
        };
        if table.need("shape", "the shapes of the signal, in order: [[stimulus.shape]]", errors) {
            for shape in table.tables("shape", "[[stimulus.shape]]", errors) {
                if let Some(Shape { append, points, draws }) = read_shape(&shape, amplitude_unit, errors) {
                    recipe.shapes.push((append, shape.span()));
                    recipe.own_points += points;
                    recipe.is_random |= draws != Draws::Nothing;
                    recipe.is_noise |= draws == Draws::Noise;
                }
            }
        }
        recipe
    }

    /// Approximate lower limit of the number of points of the signal: those of the longest of the signals that are
    /// added. Events of shot noise count as points.
    pub(crate) fn points(&self) -> f64 {
        self.added.iter().map(|added| added.own_points).fold(self.own_points, f64::max)
    }

    /// Makes the signal, with numbers drawn from a stream; or returns the error and its place.
    pub(crate) fn build(&self, stream: &mut Stream) -> Result<SignalSource, (SignalError, Span)> {
        let at = |span: &Span| {
            let span = span.clone();
            move |error| (error, span)
        };
        let mut signal = SignalSource::new().with_base_amp(self.base_amp);
        signal = signal.with_delay(self.delay).map_err(at(&self.span))?;
        for (append, span) in &self.shapes {
            signal = append(signal, stream).map_err(at(span))?;
        }
        signal = signal * self.scale;
        for added in &self.added {
            signal = signal + added.build(stream)?;
        }
        Ok(signal)
    }
}

/// A shape as described in the file.
struct Shape {
    append: Append,
    /// Approximate number of its points.
    points: f64,
    draws: Draws,
}

/// Number of samples for a duration and a step; 0 if they are invalid, which is reported when the shape is built.
fn samples(duration: f64, step: f64) -> f64 {
    if duration >= 0.0 && step > 0.0 { (duration / step).floor() } else { 0.0 }
}

/// The arguments of a shape.
struct Arguments<'t> {
    table: &'t Table<'t>,
    amplitude_unit: &'t str,
    errors: &'t mut Errors,
}

/// The unit of an argument.
#[derive(Clone, Copy)]
enum Measure {
    /// That of the signal.
    Amplitude,
    /// ms.
    Time,
    /// Hz.
    Frequency,
    /// The square of the signal's unit, which a text cannot give.
    Variance,
}

/// Key, meaning and unit of an argument.
type Argument = (&'static str, &'static str, Measure);

impl Arguments<'_> {
    /// Required numbers.
    fn needed<const N: usize>(&mut self, arguments: [Argument; N]) -> Option<[f64; N]> {
        let numbers = arguments.map(|argument| {
            self.table.need(argument.0, argument.1, self.errors);
            self.optional(argument)
        });
        numbers.iter().all(Option::is_some).then(|| numbers.map(Option::unwrap_or_default))
    }

    /// A number with a default.
    fn optional(&mut self, (key, meaning, measure): Argument) -> Option<f64> {
        let unit = match measure {
            Measure::Amplitude => self.amplitude_unit,
            Measure::Time => "ms",
            Measure::Frequency => "Hz",
            Measure::Variance => "",
        };
        self.table.number(key, meaning, unit, self.errors).map(|number| number.value)
    }
}

const AMP: Argument = ("amp", "amplitude, nA or uS", Measure::Amplitude);
const DURATION: Argument = ("duration", "duration, ms", Measure::Time);
const TOTAL: Argument = ("total_duration", "duration of all of it, ms", Measure::Time);
const FREQUENCY: Argument = ("frequency", "frequency, Hz", Measure::Frequency);
const STEP: Argument = ("step", "time between samples, ms", Measure::Time);
const DT: Argument = ("dt", "time between samples, ms", Measure::Time);
const MEAN: Argument = ("mean", "mean, nA or uS", Measure::Amplitude);

/// The random numbers that a shape draws.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Draws {
    Nothing,
    /// Those of "noise", whose generator a configuration selects.
    Noise,
    /// Those of a shape that always uses Random123.
    Other,
}

/// Reads a shape.
fn read_shape(table: &Table<'_>, amplitude_unit: &str, errors: &mut Errors) -> Option<Shape> {
    const TYPES: [(&str, &[&str]); 12] = [
        ("delay", &["type", "duration"]),
        ("segment", &["type", "amp", "duration", "amp2"]),
        ("pulse", &["type", "amp", "duration"]),
        ("pulses", &["type", "pulse_duration", "amps"]),
        ("ramp", &["type", "amp1", "amp2", "duration"]),
        ("train", &["type", "amp", "frequency", "pulse_duration", "total_duration"]),
        ("sin", &["type", "amp", "total_duration", "frequency", "step"]),
        ("sinspec", &["type", "amp", "frequency1", "frequency2", "duration", "step"]),
        ("samples", &["type", "times", "values", "duration"]),
        ("noise", &["type", "mean", "variance", "duration", "dt"]),
        ("ornstein_uhlenbeck", &["type", "tau", "sigma", "mean", "duration", "dt"]),
        ("shot_noise", &["type", "tau_d", "tau_r", "rate", "amp_mean", "amp_var", "duration", "dt"]),
    ];
    table.need("type", TYPE, errors);
    let name = table.text("type", TYPE, errors)?;
    let Some((_, keys)) = TYPES.iter().find(|(known, _)| *known == name.value) else {
        let suggestion = loligo_io::closest(name.value, TYPES.iter().map(|(known, _)| *known));
        let known = TYPES.map(|(known, _)| known).join(", ");
        let place = if suggestion.is_some() { String::new() } else { format!("; there are {known}") };
        let problem = Problem::Unknown { what: "shape", name: name.value.to_owned(), place, suggestion };
        errors.push(name.span, problem);
        return None;
    };
    table.only(keys, errors);
    let errors_before = errors.0.len();
    let mut given = Arguments { table, amplitude_unit, errors: &mut *errors };
    // The points of shapes without samples are few and not counted.
    let mut points = 0.0;
    let append: Append = match name.value {
        "delay" => {
            let [duration] = given.needed([DURATION])?;
            Box::new(move |signal, _| signal.delay(duration))
        }
        "segment" => {
            let numbers = given.needed([AMP, DURATION]);
            let amp2 = given.optional(("amp2", "amplitude at the end, nA or uS", Measure::Amplitude));
            let [amp, duration] = numbers?;
            Box::new(move |signal, _| signal.segment(amp, duration, amp2))
        }
        "pulse" => {
            let [amp, duration] = given.needed([AMP, DURATION])?;
            Box::new(move |signal, _| signal.pulse(amp, duration))
        }
        "pulses" => {
            const AMPS: &str = "amplitudes, nA or uS";
            let numbers = given.needed([("pulse_duration", "duration of each, ms", Measure::Time)]);
            table.need("amps", AMPS, errors);
            let amps = table.numbers("amps", AMPS, amplitude_unit, errors)?.value;
            let [duration] = numbers?;
            Box::new(move |signal, _| signal.pulses(duration, amps.iter().copied()))
        }
        "ramp" => {
            let ends = [
                ("amp1", "amplitude at the beginning, nA or uS", Measure::Amplitude),
                ("amp2", "amplitude at the end, nA or uS", Measure::Amplitude),
            ];
            let [amp1, amp2, duration] = given.needed([ends[0], ends[1], DURATION])?;
            Box::new(move |signal, _| signal.ramp(amp1, amp2, duration))
        }
        "train" => {
            let pulse = ("pulse_duration", "duration of a pulse, ms", Measure::Time);
            let [amp, frequency, pulse, total] = given.needed([AMP, FREQUENCY, pulse, TOTAL])?;
            points = 4.0 * samples(total, 1000.0 / frequency);
            Box::new(move |signal, _| signal.train(amp, frequency, pulse, total))
        }
        "sin" => {
            let numbers = given.needed([AMP, TOTAL, FREQUENCY]);
            let step = given.optional(STEP);
            let [amp, total, frequency] = numbers?;
            points = samples(total, step.unwrap_or(SignalSource::SIN_STEP));
            Box::new(move |signal, _| signal.sin(amp, total, frequency, step))
        }
        "sinspec" => {
            let ends = [
                ("frequency1", "first frequency, Hz", Measure::Frequency),
                ("frequency2", "last frequency, Hz", Measure::Frequency),
            ];
            let numbers = given.needed([AMP, ends[0], ends[1], DURATION]);
            let step = given.optional(STEP);
            let [amp, first, last, duration] = numbers?;
            points = samples(duration, step.unwrap_or(SignalSource::SIN_STEP));
            Box::new(move |signal, _| signal.sinspec(amp, first, last, duration, step))
        }
        "samples" => {
            const TIMES: &str = "times, ms from the beginning of the shape";
            const VALUES: &str = "a value for each time, nA or uS";
            let duration = given.optional(DURATION);
            table.need("times", TIMES, errors);
            table.need("values", VALUES, errors);
            let (times, values) =
                (table.numbers("times", TIMES, "ms", errors), table.numbers("values", VALUES, amplitude_unit, errors));
            let (times, values) = (times?.value, values?.value);
            Box::new(move |signal, _| signal.samples(&times, &values, duration))
        }
        "noise" => {
            let numbers = given.needed([MEAN, ("variance", "variance, nA^2 or uS^2", Measure::Variance), DURATION]);
            let dt = given.optional(DT);
            let [mean, variance, duration] = numbers?;
            points = samples(duration, dt.unwrap_or(SignalSource::NOISE_STEP));
            Box::new(move |signal, stream| signal.noise(mean, variance, duration, dt, stream))
        }
        "ornstein_uhlenbeck" => {
            let shape = [
                ("tau", "correlation time, ms", Measure::Time),
                ("sigma", "standard deviation, nA or uS", Measure::Amplitude),
            ];
            let numbers = given.needed([shape[0], shape[1], MEAN, DURATION]);
            let dt = given.optional(DT);
            let [tau, sigma, mean, duration] = numbers?;
            points = samples(duration, dt.unwrap_or(SignalSource::ORNSTEIN_UHLENBECK_STEP));
            Box::new(move |signal, stream| signal.ornstein_uhlenbeck(tau, sigma, mean, duration, dt, stream))
        }
        _ => {
            let numbers = given.needed([
                ("tau_d", "decay time constant, ms", Measure::Time),
                ("tau_r", "rise time constant, ms", Measure::Time),
                ("rate", "events per second, Hz", Measure::Frequency),
                ("amp_mean", "mean peak, nA or uS", Measure::Amplitude),
                ("amp_var", "variance of the peak, nA^2 or uS^2", Measure::Variance),
                DURATION,
            ]);
            let dt = given.optional(DT);
            let [tau_d, tau_r, rate, amp_mean, amp_var, duration] = numbers?;
            points =
                samples(duration, dt.unwrap_or(SignalSource::SHOT_NOISE_STEP)).max(samples(duration, 1000.0 / rate));
            let noise = ShotNoise { tau_d, tau_r, rate, amp_mean, amp_var };
            Box::new(move |signal, stream| signal.shot_noise(noise, duration, dt, stream))
        }
    };
    let draws = match name.value {
        "noise" => Draws::Noise,
        "ornstein_uhlenbeck" | "shot_noise" => Draws::Other,
        _ => Draws::Nothing,
    };
    (errors.0.len() == errors_before).then_some(Shape { append, points, draws })
}
