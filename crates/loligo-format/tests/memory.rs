//! The memory of a model is known before it is built. The estimate is within 20 % of the peak memory of a run, checking
//! a model takes a fraction of that, and a model that does not fit is an error before much memory is used.
//!
//! The memory is what this program requests from its allocator, which is the same in every run. Tests of a file share
//! the allocator, so this file has a single test.

use std::alloc::{GlobalAlloc, Layout, System};
use std::fmt::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use loligo::{Options, Simulation};
use loligo_format::ModelFile;
use loligo_format::model_file::LoadError;

/// Counts the bytes in use, and their peak.
struct Counting;

static USED: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

impl Counting {
    /// The bytes that the usual allocator of Linux uses for a request.
    fn taken(bytes: usize) -> usize {
        (bytes + 8).next_multiple_of(16).max(32)
    }

    fn add(bytes: usize) {
        let bytes = Self::taken(bytes);
        MOST.fetch_max(USED.fetch_add(bytes, Ordering::Relaxed) + bytes, Ordering::Relaxed);
    }
}

// SAFETY: all calls are passed on unchanged to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::add(layout.size());
        // SAFETY: the caller keeps the promises of `alloc`, which are the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        USED.fetch_sub(Self::taken(layout.size()), Ordering::Relaxed);
        Self::add(size);
        // SAFETY: the pointer comes from `alloc` above, and so from the system's allocator, with this layout.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        USED.fetch_sub(Self::taken(layout.size()), Ordering::Relaxed);
        // SAFETY: the pointer comes from `alloc` above, and so from the system's allocator, with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The peak memory, bytes, of some work beyond the memory used before.
fn most<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let before = USED.load(Ordering::Relaxed);
    MOST.store(before, Ordering::Relaxed);
    let result = work();
    ((MOST.load(Ordering::Relaxed) - before) as f64, result)
}

/// A cell of a soma and some dendrites of `segments` each.
fn cells(name: &str, count: usize, dendrites: usize, segments: usize) -> String {
    let mut text = format!("[[cell]]\nname = \"{name}\"\ncount = {count}\n");
    text += "[[cell.section]]\nname = \"soma\"\nL = 20.0\ndiam = 20.0\n";
    for k in 0..dendrites {
        writeln!(
            text,
            "[[cell.section]]\nname = \"d{k}\"\nL = 200.0\ndiam = 2.0\nnseg = {segments}\nparent = \"soma\""
        )
        .expect("text can be written to a text");
    }
    text + "[[cell.paint]]\nregion = \"all\"\nmechanism = \"hh\"\n"
}

/// A model with one entry per cell.
const ENTRIES: &str = "entries";

/// A morphology of a number of branches with a number of points each, as SWC.
fn branches(branches: usize, points: usize) -> String {
    let mut text = "1 1 0 0 0 10 -1\n2 1 0 5 0 10 1\n".to_owned();
    for branch in 0..branches {
        // Two on each branch before, the first on the soma.
        let start = 2 + branch.div_ceil(2) * points;
        for k in 1..=points {
            let id = 2 + branch * points + k;
            let parent = if k == 1 { start } else { id - 1 };
            let (x, y) = (0.7 * branch as f64, 3.0 * k as f64);
            writeln!(text, "{id} 3 {x} {y} {k} 0.5 {parent}").expect("text can be written to a text");
        }
    }
    text
}

/// Fourteen entries with an error each, for many cells called c.
const WRONG_ENTRIES: &str = r#"
[[record]]
place = "c.soma(0.5).vv"
[[record]]
place = "c[5:1000:5].soma(0.5).m_hhh"
[[record]]
place = "c[7].syn.gg"
[[record]]
place = "c.dend(0.5).v"
[[detector]]
place = "c.soma(0.5).w"
[[detector]]
place = "c.some(0.5)"
[[connection]]
pattern = "one-to-one"
from = "c.soma(0.5).q"
to = "c.syn"
weight = 0.01
delay = 1.0
[[connection]]
pattern = "ring"
from = "c.soma(0.5)"
to = "c.electrode"
weight = 0.01
delay = 1.0
[[connection]]
pattern = "random"
in_degree = 10
from = "c[0:500].soma(0.5).u"
to = "c[0:1000].syn"
weight = 0.01
delay = 1.0
[[waveform]]
place = "c.electrode.ampl"
times = [0.0, 1.0]
values = [0.0, 1.0]
[[waveform]]
place = "c.electrode.i"
times = [0.0, 1.0]
values = [0.0, 1.0]
[[stimulus]]
cell = "c[0:10]"
region = "soma"
shape = [{ type = "pulse", amp = 0.1, duration = -1.0 }]
[[gap_junction]]
pattern = "ring"
a = "c.soma(0.5)"
b = "c.soma(0.5)"
conductance = -1e-3
[[transfer]]
pattern = "one-to-one"
from = "c.soma(0.5).vvv"
to = "c.electrode.amp"
"#;

#[test]
fn the_estimate_is_that_of_a_run() {
    let folder = std::env::temp_dir().join(format!("loligo-memory-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = |name: &str| folder.join(name).with_extension("toml");
    let write = |name: &str, text: &str| {
        std::fs::write(path(name), format!("[run]\ntstop = 0.1\n{text}")).expect("a model");
    };
    let synapse = "[[cell.point]]\nname = \"syn\"\nsection = \"soma\"\nmechanism = \"ExpSyn\"\n";
    let models = [
        ("cells", cells("c", 50_000, 0, 1)),
        ("compartments", cells("c", 2_000, 2, 100)),
        (
            "ring",
            cells("c", 20_000, 4, 5)
                + synapse
                + "[[connection]]\npattern = \"ring\"\nfrom = \"c.soma(0.5)\"\nto = \"c.syn\"\nweight = 0.01\ndelay = 5.0\n",
        ),
        (
            "ensemble",
            cells("c", 20_000, 1, 5).replace("\"hh\"", "\"hh\"\ngnabar = { uniform = [0.1, 0.14] }")
                + "[[detector]]\nplace = \"c.soma(0.5)\"\n",
        ),
        (
            "artificial cells",
            cells("c", 1, 0, 1)
                + "[[artificial_cell]]\nname = \"n\"\ncount = 50000\nmechanism = \"NetStim\"\nnumber = 5.0\n",
        ),
        (
            "noise",
            cells("c", 500, 0, 1)
                + "[[stimulus]]\nregion = \"soma\"\nshape = [{ type = \"noise\", mean = 0.1, variance = 1e-3, duration = 1000.0 }]\n",
        ),
        (
            "connections",
            cells("c", 1_000, 0, 1)
                + synapse
                + "[[connection]]\npattern = \"random\"\nprobability = 0.5\nfrom = \"c.soma(0.5)\"\nto = \"c.syn\"\nweight = 0.01\n\
                   delay = 5.0\n",
        ),
        (
            "gap junctions",
            cells("c", 50_000, 0, 1)
                + "[[gap_junction]]\npattern = \"ring\"\na = \"c.soma(0.5)\"\nb = \"c.soma(0.5)\"\nconductance = 1e-4\n",
        ),
        (ENTRIES, (0..20_000).map(|k| cells(&format!("c{k}"), 1, 0, 1)).collect()),
        (
            "morphology",
            "[[cell]]\nname = \"c\"\ncount = 50\nmorphology = \"branches.swc\"\nd_lambda = 0.1\n\
             [[cell.paint]]\nregion = \"all\"\nmechanism = \"hh\"\n"
                .to_owned(),
        ),
        ("recordings", cells("c", 20_000, 0, 1) + "[[record]]\nplace = \"c.soma(0.5).v\"\nevery = 100\n"),
    ];
    std::fs::write(folder.join("branches.swc"), branches(400, 25)).expect("a morphology");
    let mut report = String::new();
    let mut wrong = Vec::new();
    for (name, text) in &models {
        write(name, text);
        let (to_check, estimate) = most(|| {
            let examined = ModelFile::examine(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
            examined.estimate().unwrap_or_else(|error| panic!("{name}: {error}"))
        });
        let (to_run, ()) = most(|| {
            let model = ModelFile::load(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
            let mut simulation =
                Simulation::new(&model.network, &model.options).unwrap_or_else(|error| panic!("{name}: {error}"));
            simulation.run_until(model.tstop).unwrap_or_else(|error| panic!("{name}: {error}"));
        });
        let estimated = estimate.memory - estimate.counts.memory_of_program();
        let (of_estimate, of_check) = (estimated / to_run, to_check / to_run);
        let row = format!("{name}: run {to_run}, estimate {of_estimate:.2} of it, check {of_check:.2} of it");
        // A text of many entries is itself the largest part, and checking reads all of it.
        let most_of_check = if *name == ENTRIES { 1.05 } else { 0.5 };
        if !(0.8..1.2).contains(&of_estimate) || of_check > most_of_check {
            wrong.push(row.clone());
        }
        writeln!(report, "{row}").expect("text can be written to a text");
    }
    println!("{report}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    // Fourteen errors in a model of a million cells that needs more memory than any computer has.
    let faulty: String = (0..14)
        .map(|k| format!("[[cell.point]]\nname = \"p{k}\"\nsection = \"soma\"\nmechanism = \"ExpSin\"\n"))
        .collect();
    write("faulty", &(cells("c", 50_000, 0, 1) + &faulty));
    let (bytes, errors) = most(|| ModelFile::load(path("faulty")).expect_err("14 errors"));
    assert!(matches!(errors, LoadError::Invalid(errors) if errors.errors.len() == 14));
    assert!(bytes < 50e6, "{bytes} bytes for 14 errors");
    // Errors in parts that are made for each cell; one cell shows all of them.
    let point = |name: &str, mechanism: &str| {
        format!("[[cell.point]]\nname = \"{name}\"\nsection = \"soma\"\nmechanism = \"{mechanism}\"\n")
    };
    let sound = cells("c", 1_000_000, 0, 1) + synapse + &point("electrode", "IClamp");
    write("wrong entries", &(sound.clone() + WRONG_ENTRIES));
    let (bytes, errors) = most(|| ModelFile::examine(path("wrong entries")).expect_err("14 errors"));
    assert_eq!(errors.to_string().lines().filter(|line| line.contains(".toml:")).count(), 14, "{errors}");
    assert!(errors.to_string().contains("there is no variable \"m_hhh\" at c[5].soma(0.5)"), "{errors}");
    assert!(bytes < 1e6, "{bytes} bytes for wrong entries");
    let own = point("slow", "ExpSyn") + "tau = { uniform = [-2.0, -1.0] }\n";
    let painted = "[[cell.paint]]\nregion = \"all\"\nmechanism = \"hhh\"\n[[cell.paint]]\nregion = \"all\"\nmechanism = \"pas\"\ngg = 1.0\n";
    write("wrong cells", &(sound + &own + painted + "[[record]]\nplace = \"c.dend(0.5).v\"\n"));
    let (bytes, errors) = most(|| ModelFile::load(path("wrong cells")).expect_err("errors"));
    assert!(matches!(&errors, LoadError::Invalid(errors) if errors.errors.len() >= 3), "{errors}");
    assert!(bytes < 1e6, "{bytes} bytes for wrong cells");
    write("large", &cells("c", 1_000_000, 2, 4));
    let (bytes, errors) = most(|| ModelFile::load_for(path("large"), 1_000_000_000).expect_err("it is too large"));
    let examined = ModelFile::examine(path("large")).unwrap_or_else(|error| panic!("large: {error}"));
    let estimate = examined.estimate().unwrap_or_else(|error| panic!("large: {error}"));
    // The number of groups depends on the computer's cache.
    let groups = (estimate.counts.nodes / Options::default().group_nodes as f64).floor();
    assert!((2.25e9..2.35e9).contains(&(estimate.memory - 5.5e4 * groups)), "{}", estimate.memory);
    let told = format!("the model needs about {:.1} GB", estimate.memory / 1e9);
    assert!(errors.to_string().contains(&told), "{errors}");
    assert!(
        errors.to_string().contains("this computer has 1.0 GB") && errors.to_string().contains("\"count\""),
        "{errors}"
    );
    assert!(bytes < 5e6, "{bytes} bytes for a refusal");
    for (name, shape) in [
        ("noise", "type = \"noise\", mean = 0.1, variance = 1e-3, duration = 1e6, dt = 0.1"),
        (
            "shots",
            "type = \"shot_noise\", tau_d = 4.0, tau_r = 0.4, rate = 1e7, amp_mean = 0.04, amp_var = 4e-4, duration = 4000.0",
        ),
    ] {
        write(
            name,
            &(cells("c", 1_000, 0, 1) + &format!("[[stimulus]]\nregion = \"soma\"\nshape = [{{ {shape} }}]\n")),
        );
        let (bytes, errors) = most(|| ModelFile::load(path(name)).expect_err("too many points"));
        assert!(errors.to_string().contains("points of stimuli"), "{errors}");
        assert!(bytes < 5e6, "{bytes} bytes to refuse {name}");
    }
    std::fs::remove_dir_all(folder).expect("its folder");
}
