//! The cable: sections to compartments, node order, the Hines matrix and its elimination.
