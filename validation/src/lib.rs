//! Loligo against NEURON.
