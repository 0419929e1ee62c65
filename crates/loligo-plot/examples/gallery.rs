//! Generates the output of some runs and draws it, for a visual check of the pictures.
//!
//! `cargo run -p loligo-plot --example gallery -- <directory> [<morphology>...]`

use std::fmt::Write as _;
use std::path::Path;

use loligo_morphology::Morphology;
use loligo_plot::{CellShape, SectionShape, ShapeKind, plot_directory};
use serde_json::json;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let mut arguments = std::env::args().skip(1);
    let to = arguments.next().ok_or("give a directory, then morphologies if you like")?;
    let to = Path::new(&to);
    one_cell(&to.join("one_cell"))?;
    many_traces(&to.join("many_traces"))?;
    network(&to.join("network"), 600)?;
    network(&to.join("small_network"), 9)?;
    for file in arguments {
        let path = Path::new(&file);
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        morphology(&to.join(&*name), &name, path)?;
    }
    Ok(())
}

/// A synthetic potential with action potentials of about a millisecond, mV.
fn potential(t: f64, period: f64, delay: f64, size: f64) -> f64 {
    let phase = (t - delay).rem_euclid(period);
    let spike = if t < delay {
        0.0
    } else {
        (-((phase - 1.0) / 0.35).powi(2)).exp() * 105.0 - 12.0 * (-phase / 6.0).exp() * (phase / 2.0)
    };
    -68.0 + size * (spike + 8.0 * phase / period)
}

fn draw(dir: &Path) -> Outcome {
    for file in plot_directory(dir)? {
        println!("{}", file.display());
    }
    Ok(())
}

fn one_cell(dir: &Path) -> Outcome {
    std::fs::create_dir_all(dir)?;
    let mut csv = String::from(
        "t,pyramidal.soma[0](0.5).v,pyramidal.dend[3](0.5).v,pyramidal.apic[12](0.9).v,\
         pyramidal.soma[0](0.5).ina,pyramidal.soma[0](0.5).ik\n",
    );
    let mut slow = String::from("t,pyramidal.apic[12](0.9).cai\n");
    for i in 0..40_000 {
        let t = f64::from(i) * 0.025;
        let v = potential(t, 61.0, 100.0, 1.0);
        let gap = if (600.0..640.0).contains(&t) { f64::NAN } else { potential(t - 1.5, 61.0, 100.0, 0.6) };
        let apical = potential(t - 4.0, 61.0, 100.0, 0.25);
        let open = ((v + 20.0) / 5.0).tanh() + 1.0;
        writeln!(csv, "{t},{v},{gap},{apical},{},{}", -0.6 * open, 0.45 * open)?;
        if i % 40 == 0 {
            writeln!(slow, "{t},{}", 5e-5 + 2e-4 * (1.0 - (-t / 300.0).exp()))?;
        }
    }
    std::fs::write(dir.join("traces.csv"), csv)?;
    std::fs::write(dir.join("traces_every_40.csv"), slow)?;
    let mut spikes = String::from("t,source,gid\n");
    for i in 0..15 {
        writeln!(spikes, "{},pyramidal.soma[0](0.5),0", 101.0 + 61.0 * f64::from(i))?;
    }
    std::fs::write(dir.join("spikes.csv"), spikes)?;
    let unit = |name: &str, unit: &str| json!({"name": name, "unit": unit, "file": "traces.csv", "every": 1});
    let summary = json!({
        "version": "0.1.0", "model": "models/pyramidal.toml", "status": "complete",
        "compartments": 1187, "steps": 40_000, "wall_time_s": 1.284_31, "cells": 1,
        "settings": {"dt_ms": 0.025, "t_stop_ms": 1000.0, "celsius": 34.0, "seed": 1, "v_init_mV": -68.0},
        "recordings": [
            unit("pyramidal.soma[0](0.5).v", "mV"), unit("pyramidal.dend[3](0.5).v", "mV"),
            unit("pyramidal.apic[12](0.9).v", "mV"), unit("pyramidal.soma[0](0.5).ina", "mA/cm2"),
            unit("pyramidal.soma[0](0.5).ik", "mA/cm2"),
            {"name": "pyramidal.apic[12](0.9).cai", "unit": "mM", "file": "traces_every_40.csv", "every": 40},
        ],
    });
    std::fs::write(dir.join("summary.json"), summary.to_string())?;
    std::fs::write(dir.join("cells.json"), serde_json::to_string(&[ball_and_sticks()])?)?;
    draw(dir)
}

/// A cell without points.
fn ball_and_sticks() -> CellShape {
    let stick = |name: &str, kind, parent, length: f64, diam: f64, base: f64| SectionShape {
        name: name.into(),
        kind,
        parent,
        length: Some(length),
        diam: Some(diam),
        segments: 5,
        v_max: Some((0..5).map(|i| base - 6.0 * f64::from(i)).collect()),
        ..SectionShape::default()
    };
    let mut sections = vec![
        stick("soma[0]", ShapeKind::Soma, None, 24.0, 24.0, 35.0),
        stick("axon[0]", ShapeKind::Axon, Some(0), 120.0, 1.2, 38.0),
        stick("apic[0]", ShapeKind::Apical, Some(0), 180.0, 4.0, 30.0),
    ];
    for i in 0..4 {
        let dendrite = sections.len();
        sections.push(stick("dend", ShapeKind::Dendrite, Some(0), 50.0, 2.2, 20.0));
        for _ in 0..2 + i % 2 {
            sections.push(stick("dend", ShapeKind::Dendrite, Some(dendrite), 70.0, 1.1, -10.0));
        }
    }
    for _ in 0..2 {
        let tuft = sections.len();
        sections.push(stick("apic", ShapeKind::Apical, Some(2), 60.0, 2.0, 0.0));
        for _ in 0..2 {
            sections.push(stick("apic", ShapeKind::Apical, Some(tuft), 60.0, 1.0, -30.0));
        }
    }
    CellShape { name: "pyramidal".into(), gid: Some(0), sections, ..CellShape::default() }
}

fn many_traces(dir: &Path) -> Outcome {
    std::fs::create_dir_all(dir)?;
    let names: Vec<String> = (0..36)
        .map(|i| match i {
            0..18 => format!("pyramidal[{i}].soma[0](0.5).v"),
            18..30 => format!("basket[{}].soma[0](0.5).v", i - 18),
            _ => format!("stellate_with_a_long_name[{}].dend[{}](0.25).v", i - 30, i * 7),
        })
        .collect();
    let mut csv = format!("t,{}", names.join(","));
    for i in 0..20_000 {
        let t = f64::from(i) * 0.05;
        write!(csv, "\n{t}")?;
        for k in 0..names.len() {
            let k = k as f64;
            write!(csv, ",{:.3}", potential(t, 30.0 + 7.0 * (k * 1.7).sin() + k, 20.0 + 9.0 * k, 1.0))?;
        }
    }
    std::fs::write(dir.join("traces.csv"), csv)?;
    draw(dir)
}

fn network(dir: &Path, cells: u64) -> Outcome {
    std::fs::create_dir_all(dir)?;
    let mut state = 7u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let mut spikes = vec![];
    for gid in 0..cells {
        let (name, rate) = if gid < cells * 4 / 5 { ("pyramidal", 4.0) } else { ("basket", 15.0) };
        let mut t = 0.0;
        loop {
            let gamma = 1.0 + 0.9 * (t * 0.02f64).sin();
            t += -uniform().ln() * 1000.0 / (rate * gamma);
            if t > 1000.0 {
                break;
            }
            spikes.push((t, format!("{name}[{gid}].soma[0](0.5)"), gid.to_string()));
        }
    }
    for stim in 0..cells / 20 + 1 {
        for i in 0..50 {
            spikes.push((f64::from(i) * 20.0 + uniform(), format!("stim[{stim}]"), String::new()));
        }
    }
    spikes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut csv = String::from("t,source,gid\n");
    for (t, source, gid) in spikes {
        writeln!(csv, "{t},{source},{gid}")?;
    }
    std::fs::write(dir.join("spikes.csv"), csv)?;
    let shapes: Vec<CellShape> = (0..cells)
        .map(|gid| {
            let mut cell = ball_and_sticks();
            if gid >= cells * 4 / 5 {
                cell.name = "basket".into();
                cell.sections.truncate(2);
            }
            cell.gid = Some(gid);
            cell
        })
        .collect();
    std::fs::write(dir.join("cells.json"), serde_json::to_string(&shapes)?)?;
    draw(dir)
}

fn morphology(dir: &Path, name: &str, file: &Path) -> Outcome {
    std::fs::create_dir_all(dir)?;
    let morphology = Morphology::read(file)?.morphology;
    let mut shape = CellShape::from_morphology(name, None, &morphology);
    let middle = shape.sections[0].points[0];
    for section in &mut shape.sections {
        let (first, last) = (section.points[0], section.points[section.points.len() - 1]);
        let far = |p: [f64; 4]| (0..3).map(|k| (p[k] - middle[k]).powi(2)).sum::<f64>().sqrt();
        section.segments = 5;
        let v = |i: usize| {
            let f = (i as f64 + 0.5) / 5.0;
            35.0 - 95.0 * (1.0 - (-(far(first) * (1.0 - f) + far(last) * f) / 180.0).exp())
        };
        section.v_max = Some((0..5).map(v).collect());
    }
    std::fs::write(dir.join("cells.json"), serde_json::to_string(&[shape])?)?;
    draw(dir)
}
