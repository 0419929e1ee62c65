//! IntFire2.
use crate::description::{Description, Kind};
use crate::{Block, Context, Mechanism, Outbox};
/// IntFire2.
#[derive(Clone, Copy, Debug)]
pub struct IntFire2;
static DESCRIPTION: Description = Description { name: "IntFire2", summary: "", kind: Kind::Artificial, variables: &[], ions: &[], has_current: false, has_state: false, weights: 1, order: 102 };
impl Mechanism for IntFire2 {
    fn description(&self) -> &'static Description { &DESCRIPTION }
    fn initialize(&self, _: &Context, _: &[f64], _: &mut Block, _: &mut Outbox) {}
}
