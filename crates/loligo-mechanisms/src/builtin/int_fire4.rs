//! IntFire4.
use crate::description::{Description, Kind};
use crate::{Block, Context, Mechanism, Outbox};
/// IntFire4.
#[derive(Clone, Copy, Debug)]
pub struct IntFire4;
static DESCRIPTION: Description = Description { name: "IntFire4", summary: "", kind: Kind::Artificial, variables: &[], ions: &[], has_current: false, has_state: false, weights: 1, order: 103 };
impl Mechanism for IntFire4 {
    fn description(&self) -> &'static Description { &DESCRIPTION }
    fn initialize(&self, _: &Context, _: &[f64], _: &mut Block, _: &mut Outbox) {}
}
