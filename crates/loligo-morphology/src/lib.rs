//! Morphologies: SWC and Neurolucida readers, the section tree, 3-D points, writing.
