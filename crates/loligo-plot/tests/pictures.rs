//! Tests of the pictures as documents: well-formed, complete, small, and without panics.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use loligo_morphology::Morphology;
use loligo_plot::{
    CellShape, Legend, Pictures, PlotError, PlotNote, SectionShape, ShapeKind, Source, SpikeTable, Trace,
    draw_directory, plot_directory, raster_picture, shape_picture, traces_picture, v_max_picture,
};
use proptest::prelude::*;
use roxmltree::Document;

const SWC: &str = "\
1 1   0   0 0  8   -1
2 4   0   8 0  2    1
3 4   0 120 0  1    2
4 4  40 180 0  0.5  3
5 4 -40 180 0  0.5  3
6 3  60 -40 0  0.5  1
7 3 120 -40 0  0.3  6
8 2   0 -90 0  0.4  1
9 2   0 -200 0 0.2  8
";

/// Number of elements with this tag.
fn count(svg: &str, tag: &str) -> usize {
    let document = Document::parse(svg).unwrap();
    document.descendants().filter(|n| n.has_tag_name(("http://www.w3.org/2000/svg", tag))).count()
}

/// Checks that all numbers of coordinate attributes are finite, and that no text is outside the
/// picture.
fn check(svg: &str) {
    let document = Document::parse(svg).unwrap();
    let number = |n: roxmltree::Node, name: &str| n.attribute(name).map_or(0.0, |v| v.parse::<f64>().unwrap());
    let root = document.root_element();
    let (width, height) = (number(root, "width"), number(root, "height"));
    for node in document.descendants() {
        for name in ["d", "points"] {
            if let Some(data) = node.attribute(name) {
                assert!(!data.contains("NaN") && !data.contains("inf"), "{data}");
            }
        }
        if node.has_tag_name(("http://www.w3.org/2000/svg", "text")) {
            let (x, y) = (number(node, "x"), number(node, "y"));
            assert!(x >= 0.0 && x <= width && y >= 0.0 && y <= height, "{node:?}");
        }
    }
}

fn trace(name: String, unit: &str, values: Vec<f64>) -> Trace {
    let time = (0..values.len()).map(|i| i as f64 * 0.025).collect();
    Trace { name, unit: unit.into(), time, values, ..Trace::default() }
}

#[test]
fn each_trace_is_a_line() {
    for n in [1, 2, 8, 9, 40] {
        let traces: Vec<Trace> = (0..n)
            .map(|k| {
                let wave = |i: i32| (f64::from(i) * 0.01 + f64::from(k)).sin() * 50.0;
                trace(format!("cell[{k}].soma(0.5).v"), "mV", (0..5000).map(wave).collect())
            })
            .collect();
        let svg = traces_picture(&traces, None, &Legend::default()).unwrap();
        check(&svg);
        assert_eq!(count(&svg, "polyline"), n as usize);
    }
}

#[test]
fn a_gap_makes_two_lines() {
    let mut values = vec![-65.0; 100];
    values[50] = f64::NAN;
    let svg = traces_picture(&[trace("a.v".into(), "mV", values)], None, &Legend::default()).unwrap();
    assert_eq!(count(&svg, "polyline"), 2);
}

#[test]
fn a_million_samples_stay_small_and_keep_the_spike() {
    let mut values: Vec<f64> = (0..1_000_000).map(|i| (f64::from(i) * 0.7).sin() - 65.0).collect();
    values[654_321] = 40.0;
    let with = traces_picture(&[trace("a.v".into(), "mV", values.clone())], None, &Legend::default()).unwrap();
    assert!(with.len() < 100_000, "{}", with.len());
    // Only the spike reaches this value: it sets the top of the axis and is drawn.
    let document = Document::parse(&with).unwrap();
    let points: Vec<(f64, f64)> = document
        .descendants()
        .filter_map(|n| n.attribute("points"))
        .flat_map(|p| p.split(' '))
        .map(|p| p.split_once(',').unwrap())
        .map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap()))
        .collect();
    let lowest = points.iter().map(|p| p.1).fold(f64::INFINITY, f64::min);
    let others = points.iter().filter(|p| p.1 < lowest + 100.0).count();
    assert_eq!(others, 1);
}

#[test]
fn a_raster_has_a_path_for_each_population() {
    for (cells, rows) in [(5, 5), (400, 0)] {
        let sources = (0..cells)
            .map(|gid| Source {
                gid: Some(gid),
                name: format!("{}[{gid}].soma(0.5)", if gid % 2 == 0 { "even" } else { "odd" }),
                ..Source::default()
            })
            .collect();
        let spikes = (0..1000).map(|i| (f64::from(i), i as usize % cells as usize)).collect();
        let svg =
            raster_picture(&SpikeTable { sources, spikes, has_silent: true }, Some((0.0, 2000.0)), &Legend::default())
                .unwrap();
        check(&svg);
        assert_eq!(svg.matches("<title>even</title>").count(), 1);
        assert_eq!(svg.matches("<title>odd</title>").count(), 1);
        assert_eq!(svg.matches("].soma(0.5)").count(), rows);
        assert!(svg.contains("Rate per watched cell"));
    }
}

/// Class, text and height of each text element of a picture.
fn texts(svg: &str) -> Vec<(String, String, f64)> {
    let document = Document::parse(svg).unwrap();
    let texts = document.descendants().filter(|n| n.has_tag_name(("http://www.w3.org/2000/svg", "text")));
    let text = |n: roxmltree::Node| {
        let class = n.attribute("class").unwrap_or_default().to_owned();
        (n.text().unwrap_or_default().trim().to_owned(), class, n.attribute("y").unwrap().parse().unwrap())
    };
    texts.map(text).collect()
}

/// For few and for many sources: the rows are gids, from the bottom, and silent cells have rows.
#[test]
fn rows_are_gids_in_one_order_with_silent_ones() {
    for cells in [10u64, 100] {
        let mut sources: Vec<Source> = (0..cells)
            .map(|gid| Source { gid: Some(gid), name: format!("cell[{gid}].soma(0.5).v"), ..Source::default() })
            .collect();
        let stims = (0..3).map(|k| Source { artificial: Some(k), name: format!("stim[{k}]"), ..Source::default() });
        sources.extend(stims);
        // Two cells out of ten remain silent.
        let spikes = (0..cells).filter(|gid| gid % 5 != 3).map(|gid| (gid as f64, gid as usize)).collect();
        let table = SpikeTable { sources, spikes, has_silent: true };
        let svg = raster_picture(&table, Some((0.0, 100.0)), &Legend::default()).unwrap();
        check(&svg);
        let texts = texts(&svg);
        let y = |name: &str| texts.iter().find(|(text, ..)| text == name).unwrap_or_else(|| panic!("no {name}")).2;
        if cells == 10 {
            assert!(y("cell[0].soma(0.5).v") > y("cell[3].soma(0.5).v"));
            assert!(y("cell[3].soma(0.5).v") > y("cell[9].soma(0.5).v") && y("cell[9].soma(0.5).v") > y("stim[0]"));
        } else {
            assert!(y("0") > y("80") && texts.iter().any(|(text, ..)| text == "cell (100)"), "{texts:?}");
            assert!(texts.iter().any(|(text, ..)| text == "Spikes of artificial cells, by number"));
        }
    }
}

#[test]
fn a_run_without_spikes_shows_who_was_watched() {
    let sources = vec![Source { gid: Some(0), name: "cell.soma(0.5).v".into(), ..Source::default() }];
    let table = SpikeTable { sources, spikes: vec![], has_silent: true };
    let svg = raster_picture(&table, Some((0.0, 10.0)), &Legend::default()).unwrap();
    check(&svg);
    assert!(svg.contains("cell.soma(0.5).v"));
    assert!(
        raster_picture(&SpikeTable { has_silent: false, ..table }, Some((0.0, 10.0)), &Legend::default()).is_none()
    );
}

/// The order is that of the model, not that of recordings or spikes.
#[test]
fn a_population_has_one_colour_on_the_page() {
    let morphology = Morphology::from_swc_str(SWC).unwrap().morphology;
    let shapes = ["basket[0]", "pyr[0]"].map(|name| CellShape::from_morphology(name, None, &morphology));
    let dir = directory(&[
        ("traces.csv", "t,pyr[1].soma(0.5).v,Vm,pyr[0].soma(0.5).v\n0,-65,-66,-67\n1,-64,-65,-66\n"),
        ("sources.csv", "source,gid,artificial\npyr[0].soma(0.5).v,2,-1\nbasket[0].soma(0.5).v,0,-1\nstim[0],-1,0\n"),
        ("spikes.csv", "t,source,gid\n0.5,stim[0],-1\n0.6,pyr[0].soma(0.5).v,2\n"),
        ("cells.json", &serde_json::to_string(&shapes).unwrap()),
        (
            "summary.json",
            r#"{"populations": [{"name": "basket", "cells": 2}, {"name": "pyr", "cells": 2}],
                "recordings": [{"name": "Vm", "cell": "basket[1]", "unit": "mV", "file": "traces.csv"}]}"#,
        ),
    ]);
    let files = plot_directory(dir.path()).unwrap();
    assert_eq!(names(&files), ["traces.svg", "raster.svg", "shape.svg", "index.html"]);
    for file in &files[..3] {
        let svg = fs::read_to_string(file).unwrap();
        check(&svg);
        let mut found = 0;
        for (text, class, _) in texts(&svg) {
            let colour = match text.as_str() {
                "Vm" => "f0",
                text if text.starts_with("basket") => "f0",
                text if text.starts_with("pyr") => "f1",
                text if text.starts_with("stim") => "f2",
                _ => continue,
            };
            assert!(class.split(' ').any(|class| class == colour), "{}: {text} is {class}", file.display());
            found += 1;
        }
        assert!(found >= 1, "{}", file.display());
    }
    let traces = fs::read_to_string(&files[0]).unwrap();
    for class in ["line s0\"", "line s1\"", "line s1p\""] {
        assert_eq!(traces.matches(class).count(), 1, "{class}");
    }
    assert!(fs::read_to_string(&files[1]).unwrap().contains("tick s1"));
}

#[test]
fn legends_tell_the_parameters_of_an_ensemble() {
    let dir = directory(&[
        ("traces.csv", "t,pyr[7].soma(0.5).v\n0,-65\n1,-64\n"),
        ("spikes.csv", "t,source,gid\n0.6,pyr[7].soma(0.5).v,7\n"),
        (
            "cells.json",
            r#"[{"name": "pyr[7]", "gid": 7, "parameters": {"soma.hh.gnabar": 0.125, "electrode.amp": 0.30000000000000004}}]"#,
        ),
    ]);
    let files = plot_directory(dir.path()).unwrap();
    assert_eq!(names(&files), ["traces.svg", "raster.svg", "index.html"], "a cell without sections has no shape");
    for file in &files {
        assert!(fs::read_to_string(file).unwrap().contains("gnabar 0.125, amp 0.3\n"), "{}", file.display());
    }
}

#[test]
fn very_many_spikes_stay_small() {
    let sources =
        (0..2000).map(|gid| Source { gid: Some(gid), name: format!("cell[{gid}]"), ..Source::default() }).collect();
    let spikes = (0..1_000_000usize).map(|i| (i as f64 * 0.001, i.wrapping_mul(7919) % 2000)).collect();
    let svg = raster_picture(&SpikeTable { sources, spikes, has_silent: false }, None, &Legend::default()).unwrap();
    check(&svg);
    assert!(svg.len() < 4_000_000, "{}", svg.len());
}

#[test]
fn a_morphology_becomes_a_picture() {
    let morphology = Morphology::from_swc_str(SWC).unwrap().morphology;
    let mut cell = CellShape::from_morphology("cell", Some(1), &morphology);
    let svg = shape_picture(std::slice::from_ref(&cell), &Legend::default()).unwrap().unwrap();
    check(&svg);
    for kind in ["kf0", "k1", "k2", "k3"] {
        assert!(svg.contains(&format!("{kind}\"")), "{kind}");
    }
    assert!(svg.contains("µm") && svg.contains("cell (gid 1)"));
    assert!(v_max_picture(std::slice::from_ref(&cell), &Legend::default()).unwrap().is_none());
    for (i, section) in cell.sections.iter_mut().enumerate() {
        section.v_max = Some(vec![-60.0 + i as f64, f64::NAN, 30.0]);
    }
    let svg = v_max_picture(&[cell], &Legend::default()).unwrap().unwrap();
    check(&svg);
    assert!(svg.contains("round m0\"") || svg.contains("mf0\""));
}

#[test]
fn equal_cells_are_drawn_once() {
    let morphology = Morphology::from_swc_str(SWC).unwrap().morphology;
    let cells: Vec<CellShape> = (0..50).map(|gid| CellShape::from_morphology("cell", Some(gid), &morphology)).collect();
    let one = shape_picture(&cells[..1], &Legend::default()).unwrap().unwrap();
    let many = shape_picture(&cells, &Legend::default()).unwrap().unwrap();
    assert!(many.contains("50 cells of this shape"));
    assert_eq!(count(&one, "path"), count(&many, "path"));
}

fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(dir.path().join(name), text).unwrap();
    }
    dir
}

fn names(files: &[std::path::PathBuf]) -> Vec<&str> {
    files.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect()
}

#[test]
fn a_directory_becomes_pictures_and_a_page() {
    let morphology = Morphology::from_swc_str(SWC).unwrap().morphology;
    let mut cell = CellShape::from_morphology("cell", Some(0), &morphology);
    cell.sections[0].v_max = Some(vec![30.0]);
    let mut fast = String::from("t,cell.soma[0](0.5).v\n");
    for i in 0..400 {
        writeln!(fast, "{},{}", f64::from(i) * 0.025, -65 + i % 7).unwrap();
    }
    let dir = directory(&[
        ("traces.csv", &fast),
        ("traces_every_40.csv", "t,cell.soma[0](0.5).cai\n0,5e-5\n1,6e-5\n"),
        ("spikes.csv", "t,source,gid\n2.5,cell.soma[0](0.5),0\n3,<stim> & co,\n"),
        ("cells.json", &serde_json::to_string(&[cell]).unwrap()),
        (
            "summary.json",
            r#"{"status": "complete", "version": "0.1.0", "model": "a <b> & \"c\"",
               "settings": {"dt": 0.025}, "compartments": 12345, "cells": 200,
               "recordings": [{"name": "cell.soma[0](0.5).cai", "unit": "mM",
                               "file": "traces_every_40.csv", "every": 40}]}"#,
        ),
    ]);
    let files = plot_directory(dir.path()).unwrap();
    let expected = ["traces.svg", "raster.svg", "shape.svg", "shape_v_max.svg", "index.html"];
    assert_eq!(names(&files), expected);
    for file in &files[..4] {
        check(&fs::read_to_string(file).unwrap());
    }
    let svg = fs::read_to_string(&files[0]).unwrap();
    assert!(svg.contains("Membrane potential (mV)") && svg.contains("cai (mM)"));
    let page = fs::read_to_string(&files[4]).unwrap();
    assert_eq!(page.matches("<svg").count(), 4);
    assert!(page.contains("a &lt;b&gt; &amp;") && page.contains("12\u{2009}345"));
    assert!(page.contains("Shape of the first 1 of 200 cells"), "the page must not pass a part off as the whole");
    // The page loads no external resources.
    for outside in ["<link", "<script", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    // In a second run, the existing pictures have no effect.
    assert_eq!(plot_directory(dir.path()).unwrap(), files);
}

#[test]
fn what_is_missing_is_skipped_unless_all_is() {
    let dir = directory(&[("spikes.csv", "t,source,gid\n1,a,0\n")]);
    assert_eq!(names(&plot_directory(dir.path()).unwrap()), ["raster.svg", "index.html"]);
    let dir = directory(&[("spikes.csv", "t,source,gid\n"), ("traces.csv", "t\n")]);
    assert_eq!(names(&plot_directory(dir.path()).unwrap()), ["index.html"]);
    let dir = directory(&[("summary.json", "{}")]);
    let error = plot_directory(dir.path()).unwrap_err();
    assert!(matches!(error, PlotError::NothingToPlot { .. }));
    let error = plot_directory(Path::new("/no/such/place")).unwrap_err();
    assert!(matches!(error, PlotError::Unreadable { .. }));
}

#[test]
fn half_a_last_line_is_left_out_and_said() {
    let dir = directory(&[
        ("traces.csv", "t,a.v\n0,-65\n0.025,-6"),
        ("traces_every_4.csv", "t,b.v\n0,-65\n"),
        ("spikes.csv", "t,source,gid\n1,a,0\n2,a"),
    ]);
    let Pictures { files, notes, .. } = draw_directory(dir.path()).unwrap();
    assert_eq!(names(&files), ["traces.svg", "raster.svg", "index.html"]);
    let cut = ["traces.csv", "spikes.csv"].map(|name| PlotNote::CutOff { path: dir.path().join(name) });
    assert_eq!(notes, cut);
    assert!(notes[0].to_string().contains("traces.csv: the last line is incomplete and left out"));
}

#[test]
fn only_pictures_are_replaced() {
    const TABLE: (&str, &str) = ("traces.csv", "t,a.v\n0,-65\n1,-60\n");
    for (name, text) in [
        ("traces.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><text>drawn by hand</text></svg>"),
        ("index.html", "<!DOCTYPE html>\n<html><title>my page</title></html>"),
    ] {
        let dir = directory(&[TABLE, (name, text)]);
        let error = plot_directory(dir.path()).unwrap_err();
        assert!(matches!(error, PlotError::Occupied { .. }), "{error}");
        assert!(error.to_string().contains(&format!("{name}: a file that is not ")), "{error}");
        assert_eq!(fs::read_to_string(dir.path().join(name)).unwrap(), text);
        assert_eq!(
            fs::read_dir(dir.path()).unwrap().count(),
            2,
            "nothing is written before all names are known to be free"
        );
    }
    let dir = directory(&[TABLE]);
    let files = plot_directory(dir.path()).unwrap();
    assert_eq!(plot_directory(dir.path()).unwrap(), files, "own pictures are replaced");
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let elsewhere = directory(&[("notes", "<svg class=\"ll\"></svg>")]);
    for target in ["notes", "nothing"] {
        let dir = directory(&[("traces.csv", "t,a.v\n0,-65\n1,-60\n")]);
        std::os::unix::fs::symlink(elsewhere.path().join(target), dir.path().join("traces.svg")).unwrap();
        let error = plot_directory(dir.path()).unwrap_err().to_string();
        assert!(error.contains("traces.svg: a symbolic link has this name"), "{error}");
    }
    assert_eq!(fs::read_to_string(elsewhere.path().join("notes")).unwrap(), "<svg class=\"ll\"></svg>");
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1);
}

#[test]
fn errors_name_file_and_line() {
    for (file, text, line) in [
        ("traces.csv", "t,a\n0,1\n1\n", "traces.csv, line 3"),
        ("spikes.csv", "t,source,gid\n0,a\n", "spikes.csv, line 2"),
        ("spikes.csv", "t,source,gid\n0,a,-2\n", "spikes.csv, line 2"),
        ("cells.json", "[\n{\"name\": 3}]", "cells.json, line 2"),
        (
            "cells.json",
            r#"[{"name": "c", "sections": [{"name": "s", "kind": "soma", "parent": 0, "length": 1, "diam": 1}]}]"#,
            "cells.json: cell c, section s",
        ),
    ] {
        let dir = directory(&[(file, text)]);
        let error = plot_directory(dir.path()).unwrap_err().to_string();
        assert!(error.contains(line), "{error}");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -200.0..200.0f64,
        1 => any::<f64>(),
        1 => Just(f64::NAN),
        1 => Just(0.0),
    ]
}

fn gid() -> impl Strategy<Value = u64> {
    prop_oneof![2 => any::<u64>(), 2 => 0..100u64, 1 => u64::MAX - 60..=u64::MAX]
}

fn section() -> impl Strategy<Value = SectionShape> {
    (
        any::<u8>(),
        proptest::option::of(0..6usize),
        proptest::collection::vec(proptest::array::uniform4(-1e4..1e4f64), 0..5),
        0.0..500.0f64,
        0.0..30.0f64,
        proptest::option::of(proptest::collection::vec(number(), 0..6)),
    )
        .prop_map(|(kind, parent, points, length, diam, v_max)| SectionShape {
            name: "section".into(),
            kind: match kind % 5 {
                0 => ShapeKind::Soma,
                1 => ShapeKind::Axon,
                2 => ShapeKind::Apical,
                3 => ShapeKind::Other(9),
                _ => ShapeKind::Dendrite,
            },
            parent,
            points,
            length: Some(length),
            diam: Some(diam),
            segments: 1,
            v_max,
            ..SectionShape::default()
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 4, ..ProptestConfig::default() })]

    #[test]
    fn any_traces_give_valid_pictures(
        traces in proptest::collection::vec(
            ("\\PC{0,30}", "(mV|nA|mA/cm2|)", proptest::collection::vec(number(), 0..60)), 0..14)
    ) {
        let traces: Vec<Trace> = traces.into_iter().map(|(n, u, v)| trace(n, &u, v)).collect();
        if let Some(svg) = traces_picture(&traces, None, &Legend::default()) {
            check(&svg);
        }
    }

    #[test]
    fn any_spikes_give_valid_pictures(
        sources in proptest::collection::vec(
            (proptest::option::of(gid()), proptest::option::of(gid()), ".{0,30}"), 1..60),
        spikes in proptest::collection::vec((number(), 0..70usize), 0..300),
        has_silent in any::<bool>(),
        span in proptest::option::of((number(), number())),
    ) {
        let sources = sources.into_iter().map(|(gid, artificial, name)| Source { gid, artificial, name }).collect();
        let span = span.filter(|(from, to)| from.is_finite() && to.is_finite());
        if let Some(svg) = raster_picture(&SpikeTable { sources, spikes, has_silent }, span, &Legend::default()) {
            check(&svg);
        }
    }

    #[test]
    fn any_cells_give_pictures_or_errors(
        cells in proptest::collection::vec(proptest::collection::vec(section(), 0..6), 0..15)
    ) {
        let cells: Vec<CellShape> = cells
            .into_iter()
            .map(|mut sections| {
                for (i, section) in sections.iter_mut().enumerate() {
                    // Mostly trees, sometimes invalid ones.
                    section.parent = section.parent.filter(|&p| p < i || p == 5);
                }
                CellShape { name: "cell".into(), sections, ..CellShape::default() }
            })
            .collect();
        for svg in [shape_picture(&cells, &Legend::default()), v_max_picture(&cells, &Legend::default())].into_iter().flatten().flatten() {
            check(&svg);
        }
    }

    #[test]
    fn any_files_give_pictures_or_errors(
        // The last line with its line break or without.
        traces in "(t,a,b\n)?([0-9.,naN\\-e\"]{0,12}\n){0,6}[0-9.,\"]{0,9}",
        spikes in "(t,source,gid\n)?([0-9.]{1,3},[a-z\\[\\]]{0,4},[0-9]{0,3}\n){0,8}[0-9a-z,\"]{0,9}",
        sources in "(source,gid,artificial\n)?([a-z\\[\\]]{0,4},-?[0-9]{0,3},-?[0-9]{0,2}\n){0,8}",
        cells in "\\PC{0,40}",
    ) {
        let dir = directory(&[("traces.csv", &traces), ("spikes.csv", &spikes), ("sources.csv", &sources)]);
        let _ = plot_directory(dir.path());
        fs::write(dir.path().join("cells.json"), cells).unwrap();
        let _ = plot_directory(dir.path());
    }
}
