//! The built-in mechanisms, one in each file.

mod alpha_synapse;
mod ap_count;
mod arithmetic;
mod ca_pool;
mod clamp;
mod cnexp;
mod exp2_syn;
mod exp_syn;
mod half_gap;
mod hh;
mod int_fire1;
mod int_fire2;
mod int_fire4;
mod net_stim;
mod ohmic;
mod pas;
mod self_event;
mod vec_stim;

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
