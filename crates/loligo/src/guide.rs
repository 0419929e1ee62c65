//! The manual, page by page: what to do how, and by which name, if you come from NEURON or neurodamus.
