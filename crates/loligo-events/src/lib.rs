//! Events: the queue in NEURON's order of ties.
