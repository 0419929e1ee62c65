//! Contract: what a model needs is known before it is built. The estimate is within 20 % of the largest amount of memory that a run
//! has at a time, checking a model takes a fraction of that, and what does not fit is refused while it is small.
//!
//! Memory is what this program asks its allocator for: the same in every run. Tests of a file share the allocator; this one has
//! a single test.

use std::alloc::{GlobalAlloc, Layout, System};
use std::fmt::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use loligo::model_file::LoadError;
use loligo::{ModelFile, Simulation};

/// Counts the bytes in use, and the most that there were.
struct Counting;

static USED: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

impl Counting {
    /// What the usual allocator of Linux takes for so many bytes.
    fn taken(bytes: usize) -> usize {
        (bytes + 8).next_multiple_of(16).max(32)
    }

    fn add(bytes: usize) {
        let bytes = Self::taken(bytes);
        MOST.fetch_max(USED.fetch_add(bytes, Ordering::Relaxed) + bytes, Ordering::Relaxed);
    }
}

// SAFETY: all is handed on to the system's allocator as it comes.
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

/// The most memory, bytes, that something has at a time beyond what is used before.
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
        ("recordings", cells("c", 20_000, 0, 1) + "[[record]]\nplace = \"c.soma(0.5).v\"\nevery = 100\n"),
    ];
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
        if !(0.8..1.2).contains(&of_estimate) || of_check > 0.7 {
            wrong.push(row.clone());
        }
        writeln!(report, "{row}").expect("text can be written to a text");
    }
    println!("{report}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    // Fourteen errors of a million cells, and more than any computer has.
    let faulty: String = (0..14)
        .map(|k| format!("[[cell.point]]\nname = \"p{k}\"\nsection = \"soma\"\nmechanism = \"ExpSin\"\n"))
        .collect();
    write("faulty", &(cells("c", 50_000, 0, 1) + &faulty));
    let (bytes, errors) = most(|| ModelFile::load(path("faulty")).expect_err("14 errors"));
    assert!(matches!(errors, LoadError::Invalid(errors) if errors.errors.len() == 14));
    assert!(bytes < 50e6, "{bytes} bytes for 14 errors");
    write("large", &cells("c", 1_000_000, 2, 4));
    let (bytes, errors) = most(|| ModelFile::load_for(path("large"), 1_000_000_000).expect_err("it is too large"));
    let told = "the model needs about 2.3 GB";
    assert!(errors.to_string().contains(told), "{errors}");
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
