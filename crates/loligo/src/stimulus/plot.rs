//! Plots of signals.

use std::path::Path;

use loligo_plot::{Trace, signal_picture};

use crate::stimulus::error::{SignalError, SignalFileError};
use crate::stimulus::signal::SignalSource;

impl SignalSource {
    /// Draws the signal over time into an SVG file, from the lower to the upper value of `ylims` (nA or uS; `None`: all
    /// of it): neurodamus's `plot(ylims)`. Jumps are vertical lines. (Feature `plot`, on by default.)
    ///
    /// # Errors
    /// A signal without points, a lower limit that is not below the upper one, a file that cannot be written.
    pub fn plot(&self, path: impl AsRef<Path>, ylims: impl Into<Option<(f64, f64)>>) -> Result<(), SignalFileError> {
        let path = path.as_ref();
        let svg = self.to_svg(ylims)?;
        std::fs::write(path, svg)
            .map_err(|error| SignalFileError::File { path: path.to_owned(), reason: error.to_string() })
    }

    /// The plot of [`plot`](Self::plot) as SVG text.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let svg = SignalSource::new().pulse(0.1, 5.0)?.to_svg((-0.2, 0.2))?; // nA
    /// assert!(svg.starts_with("<svg"));
    /// # Ok::<(), loligo::SignalError>(())
    /// ```
    ///
    /// # Errors
    /// A signal without points, a lower limit that is not below the upper one.
    pub fn to_svg(&self, ylims: impl Into<Option<(f64, f64)>>) -> Result<String, SignalError> {
        const SHAPE: &str = "plot";
        let ylims = ylims.into();
        if let Some((low, high)) = ylims
            && !(low < high && (high - low).is_finite())
        {
            return super::signal::refuse(SHAPE, "ylims.0", low, "below ylims.1, and both finite");
        }
        let trace = Trace {
            name: "signal".to_owned(),
            unit: "nA or uS".to_owned(),
            time: self.times().into(),
            values: self.values().to_vec(),
            ..Trace::default()
        };
        signal_picture(&trace, ylims).ok_or(SignalError::Nothing { shape: SHAPE, what: "points" })
    }
}
