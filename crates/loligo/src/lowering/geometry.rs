//! Properties of the places of instances that mechanisms can read.

use loligo_cable::Cable;
use loligo_mechanisms::Geometry;

/// The value of such a property at a node.
pub(super) fn geometry_at(cable: &Cable, node: u32, what: Geometry) -> f64 {
    let section = cable.nodes[node as usize].section as usize;
    let has_area = cable.nodes[node as usize].segment.is_some();
    match what {
        Geometry::Area if has_area => cable.area[node as usize], // um2
        Geometry::Area => 100.0,                                 // um2
        Geometry::Diameter => {
            let segments = cable.segment_nodes(section);
            let diameters = &cable.geometry[section].diameter;
            let segment = node.saturating_sub(segments.start) as usize;
            diameters.get(segment).or(diameters.last()).copied().unwrap_or(f64::NAN) // um
        }
    }
}
