//! The contract: for any values in a file's headers, and any changed bytes, reading ends with sections or an error: no
//! panic, no crash inside the HDF5 library, and less than 256 MiB of memory for files of some kB.
//!
//! The files are read in a separate process with limited memory. PROPTEST_CASES gives their number.
#![cfg(all(feature = "hdf5", unix))]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hdf5::File;
use loligo_morphology::{H5Error, Morphology, MorphologyError};

/// The environment variable with the folder of files to be read.
const FOLDER: &str = "LOLIGO_DAMAGED_H5";
/// Memory of the reading process, kB of address space: the library, its caches, the test itself, and 256 MiB.
const LIMIT: usize = 700_000;
/// Number of files read by one process.
const BATCH: usize = 500;

/// A folder used by one test only, also if several processes run tests at once.
fn folder(name: &str) -> PathBuf {
    let name = format!("{}_{name}", std::process::id());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("h5_damage").join(name);
    let _ = fs::remove_dir_all(&folder); // it may not be there
    fs::create_dir_all(&folder).expect("the target directory can be written");
    folder
}

/// Files of every layout: contiguous, in chunks, compact, with and without metadata.
fn sound_files(test: &str) -> Vec<Vec<u8>> {
    let folder = folder(&format!("sound_{test}"));
    let points: [[f32; 4]; 6] = [
        [0.0, 0.0, 0.0, 1.0],
        [10.0, 0.0, 0.0, 1.0],
        [10.0, 10.0, 0.0, 1.0],
        [0.0, 10.0, 0.0, 1.0],
        [5.0, 9.0, 0.0, 1.0],
        [5.0, 40.0, 0.0, 1.0],
    ];
    let structure = [[0_i32, 1, -1], [4, 3, 0]];
    let path = |k: usize| folder.join(format!("{k}.h5"));
    for k in 0..3 {
        let file = File::create(path(k)).expect("it can be written");
        let chunked = k == 1;
        let builder = file.new_dataset::<f32>().shape((6, 4));
        let builder = if chunked { builder.chunk((2, 4)) } else { builder };
        let dataset = builder.create("points").expect("it is new");
        dataset.write_raw(points.as_flattened()).expect("it has this shape");
        let builder = file.new_dataset::<i32>().shape((2, 3));
        let builder = if chunked { builder.chunk((1, 3)) } else { builder };
        let dataset = builder.create("structure").expect("it is new");
        dataset.write_raw(structure.as_flattened()).expect("it has this shape");
        if k > 0 {
            let metadata = file.create_group("metadata").expect("it is new");
            let version = metadata.new_attr::<u32>().shape(2).create("version").expect("it is new");
            version.write_raw(&[1_u32, 3]).expect("it has this shape");
            let family = metadata.new_attr::<u32>().shape(1).create("cell_family").expect("it is new");
            family.write_raw(&[0_u32]).expect("it has this shape");
        }
    }
    let mut files: Vec<Vec<u8>> = (0..3).map(|k| fs::read(path(k)).expect("it was written")).collect();
    // A file of another writer, in another version of the format.
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/h5");
    for name in ["square.h5", "random_1.h5"] {
        files.push(fs::read(committed.join(name)).expect("it is committed"));
    }
    files
}

/// The reason why a file is rejected after some of its bytes were replaced: the bytes at a distance after a text
/// of the file.
fn refusal(name: &str, bytes: &[u8], after: &[u8], distance: usize, new: &[u8]) -> H5Error {
    let place = bytes.windows(after.len()).position(|window| window == after).expect("the file has it") + distance;
    let mut bytes = bytes.to_vec();
    bytes[place..place + new.len()].copy_from_slice(new);
    let path = folder(name).join("damaged.h5");
    fs::write(&path, bytes).expect("it can be written");
    match Morphology::from_h5(&path).expect_err("it is damaged") {
        MorphologyError::InFile { source, .. } => match *source {
            MorphologyError::H5(error) => error,
            other => panic!("{other}"),
        },
        other => panic!("{other}"),
    }
}

#[test]
fn sizes_are_compared_with_the_file_before_they_are_believed() {
    let sound = sound_files("sizes");
    // Name, type (12 bytes) and shape, whose dimension is at offset 8.
    let claim = |error: H5Error| match error {
        H5Error::Damaged { claim, .. } => claim,
        other => panic!("{other}"),
    };
    let many = refusal("attribute.h5", &sound[1], b"version\0", 8 + 12 + 8, &(1_u64 << 62).to_le_bytes());
    assert_eq!(claim(many), "an attribute claims more values than it has room for");
    // A float's type: class, three bytes, size.
    let float = [0x11, 0x20, 0x1f, 0, 4, 0, 0, 0];
    for size in [u32::MAX - 15, 1 << 31, 0] {
        let large = refusal("type.h5", &sound[0], &float, 4, &size.to_le_bytes());
        assert_eq!(claim(large), "a number has more than 16 bytes, or none");
    }
    // Contiguous values of 96 bytes: layout version, class, address, size.
    let address = sound[0].windows(12).position(|w| w[..2] == [3, 1] && w[10..12] == [96, 0]).expect("it is there");
    let layout = sound[0][address..address + 12].to_vec();
    let far = refusal("far.h5", &sound[0], &layout, 2, &(u64::MAX - 100).to_le_bytes());
    assert_eq!(claim(far), "an address or a size leads beyond the end of the file");
    let short = refusal("short.h5", &sound[0], &layout, 10, &[40, 0]);
    assert_eq!(claim(short), "there are fewer bytes of values than the shape needs");
    let compact = refusal("compact.h5", &sound[0], &layout, 1, &[0, 0, 0]);
    assert_eq!(claim(compact), "there are fewer bytes of values than the shape needs");
    // A heap's size.
    let heap = refusal("heap.h5", &sound[0], b"HEAP", 8, &u64::MAX.to_le_bytes());
    assert_eq!(claim(heap), "an address or a size leads beyond the end of the file");

    let path = folder("chunk").join("chunk.h5");
    let file = File::create(&path).expect("it can be written");
    let dataset = file.new_dataset::<f32>().chunk((4_000_000, 4)).shape((10.., 4)).create("points").expect("it is new");
    drop((dataset, file));
    let error = Morphology::from_h5(&path).expect_err("it claims too much").to_string();
    assert!(error.contains("claims to have chunks of [4000000, 4]"), "{error}");
}

/// The next number of a sequence, below `bound` (SplitMix64).
fn next(state: &mut u64, bound: usize) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) % bound as u64) as usize
}

/// Changes of headers: sizes, counts, addresses, types, flags.
fn damage(bytes: &mut [u8], state: &mut u64) {
    const SIZES: [u64; 16] = [
        0,
        1,
        2,
        3,
        0x7f,
        0xff,
        0xffff,
        1 << 20,
        (1 << 31) - 1,
        1 << 31,
        0xffff_ffff,
        1 << 32,
        1 << 61,
        1 << 62,
        i64::MAX as u64,
        u64::MAX,
    ];
    let headers = places_of_headers(bytes);
    for _ in 0..=next(state, 3) {
        let place = match next(state, 3) {
            0 => next(state, bytes.len()),
            _ => (headers[next(state, headers.len())] + next(state, 64)).min(bytes.len() - 1),
        };
        match next(state, 6) {
            0 => bytes[place] ^= 1 << next(state, 8),
            1 => bytes[place] = next(state, 256) as u8,
            2..=4 => {
                let width = [1, 2, 4, 8][next(state, 4)];
                let value = match next(state, 4) {
                    0 => bytes.len() as u64 - next(state, 3) as u64,
                    1 => next(state, bytes.len()) as u64,
                    _ => SIZES[next(state, SIZES.len())],
                };
                for (byte, new) in bytes[place..].iter_mut().zip(&value.to_le_bytes()[..width]) {
                    *byte = *new;
                }
            }
            // One piece of the headers copied over another.
            _ => {
                let from = headers[next(state, headers.len())];
                let length = (1 + next(state, 32)).min(bytes.len() - from.max(place));
                bytes.copy_within(from..from + length, place);
            }
        }
    }
}

/// Positions of groups, heaps and trees, and of object headers with a numeric datatype.
fn places_of_headers(bytes: &[u8]) -> Vec<usize> {
    let marks: [&[u8]; 9] =
        [b"TREE", b"HEAP", b"SNOD", b"OHDR", b"FRHP", b"BTHD", b"\x11\x20", b"\x10\x08", b"version\0"];
    let mut places: Vec<usize> =
        (0..bytes.len()).filter(|&i| marks.iter().any(|mark| bytes[i..].starts_with(mark))).collect();
    // Headers of version 1 begin with this byte, at multiples of eight bytes.
    places.extend((0..bytes.len().saturating_sub(16)).step_by(8).filter(|&i| bytes[i] == 1 && bytes[i + 1] == 0));
    places.push(0);
    places
}

/// Reads all files of a folder, in the process that the tests start.
#[test]
fn read_files_of_a_folder() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).expect("it is there").map(|entry| entry.expect("it can be listed").path()).collect();
    paths.sort();
    for path in paths {
        println!("reading {}", path.display());
        std::io::stdout().flush().expect("it is a pipe");
        if let Err(error) = Morphology::from_h5(&path) {
            assert!(error.to_string().len() < 2_000, "{error}");
        }
    }
    println!("all are read");
}

/// Reads the files in a process with limited memory; returns its output if it fails.
fn read_elsewhere(folder: &Path) -> Result<(), String> {
    let test = std::env::current_exe().expect("it is running");
    let script = format!(
        "ulimit -v {LIMIT}; ulimit -c 0; ulimit -t 120; exec \"$0\" --exact read_files_of_a_folder --nocapture"
    );
    let done = Command::new("sh")
        .args(["-c", &script])
        .arg(test)
        .env(FOLDER, folder)
        .stdin(Stdio::null())
        .output()
        .expect("there is a shell");
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    if done.status.success() && said.contains("all are read") {
        return Ok(());
    }
    let last: Vec<&str> = said.lines().rev().take(2).collect();
    let errors = String::from_utf8_lossy(&done.stderr);
    Err(format!("{:?}: {last:?}: {}", done.status, errors.chars().take(600).collect::<String>()))
}

#[test]
fn any_damage_ends_in_sections_or_an_error() {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1_000_usize);
    let first_seed = std::env::var("LOLIGO_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(0_usize);
    let sound = sound_files("damage");
    let mut failures = Vec::new();
    for batch in (0..cases).step_by(BATCH) {
        let folder = folder("damaged");
        for case in batch..cases.min(batch + BATCH) {
            let seed = first_seed + case;
            let mut bytes = sound[seed % sound.len()].clone();
            damage(&mut bytes, &mut (seed as u64));
            fs::write(folder.join(format!("{seed:09}.h5")), bytes).expect("it can be written");
        }
        // After a failure the rest of the batch is read as well.
        while let Err(failure) = read_elsewhere(&folder) {
            let culprit = failure.split("reading ").nth(1).and_then(|rest| rest.split('"').next()).map(PathBuf::from);
            failures.push(failure.clone());
            let Some(culprit) = culprit.filter(|path| path.exists()) else { break };
            let kept =
                folder.with_file_name(format!("failed_{}", culprit.file_name().expect("a file").to_string_lossy()));
            fs::rename(&culprit, kept).expect("it can be moved");
            for entry in fs::read_dir(&folder).expect("it is there") {
                let path = entry.expect("it can be listed").path();
                if path < culprit {
                    fs::remove_file(path).expect("it can go");
                }
            }
        }
        fs::remove_dir_all(&folder).expect("it can go");
    }
    assert!(failures.is_empty(), "{} of {cases} files: {failures:#?}", failures.len());
}
