//! VClamp.
use crate::description::{Description, Kind};
use crate::{Block, Context, Mechanism, Outbox};
/// VClamp.
#[derive(Clone, Copy, Debug)]
pub struct VClamp;
static DESCRIPTION: Description = Description { name: "VClamp", summary: "", kind: Kind::Point { electrode: true }, variables: &[], ions: &[], has_current: true, has_state: true, weights: 0, order: 55 };
impl Mechanism for VClamp {
    fn description(&self) -> &'static Description { &DESCRIPTION }
    fn initialize(&self, _: &Context, _: &[f64], _: &mut Block, _: &mut Outbox) {}
}
