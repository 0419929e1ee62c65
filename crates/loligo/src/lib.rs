//! Loligo: compartmental neuron simulation with NEURON's numbers.
