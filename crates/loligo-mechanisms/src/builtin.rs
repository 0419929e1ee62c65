//! The built-in mechanisms, one in each file.

pub(super) mod alpha_synapse;
pub(super) mod ap_count;
mod arithmetic;
pub(super) mod ca_pool;
pub(super) mod clamp;
mod cnexp;
pub(super) mod exp2_syn;
pub(super) mod exp_syn;
pub(super) mod half_gap;
pub(super) mod hh;
pub(super) mod int_fire1;
pub(super) mod int_fire2;
pub(super) mod int_fire4;
pub(super) mod net_stim;
mod ohmic;
pub(super) mod pas;
mod self_event;
pub(super) mod vec_stim;

pub use alpha_synapse::AlphaSynapse;
pub use ap_count::ApCount;
pub use ca_pool::CaPool;
pub use clamp::{ConductanceSource, IClamp, MembraneCurrentSource, SEClamp, VClamp};
pub use exp_syn::ExpSyn;
pub use exp2_syn::Exp2Syn;
pub use half_gap::HalfGap;
pub use hh::Hh;
pub use int_fire1::IntFire1;
pub use int_fire2::IntFire2;
pub use int_fire4::IntFire4;
pub use net_stim::NetStim;
pub use pas::Pas;
pub use vec_stim::VecStim;
