//! Random streams of the field: Random123, MCellRan4 and NEURON's distributions on them.
