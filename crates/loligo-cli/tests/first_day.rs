//! Every block of `docs/first-day.md` works as it stands there: files are written, commands run in their order in one
//! folder, and the lines shown below a command are in its output.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Command;

const PAGE: &str = include_str!("../../../docs/first-day.md");

/// A block between fences: the word behind the opening fence, a name, and the text.
struct Block {
    language: String,
    name: String,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(fence) = line.strip_prefix("```") else { continue };
        let (language, name) = fence.split_once(' ').unwrap_or((fence, ""));
        let text: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
        blocks.push(Block { language: language.to_owned(), name: name.to_owned(), text: text.join("\n") + "\n" });
    }
    blocks
}

/// The words of a text, for any line breaks and frames.
fn words(text: &str) -> String {
    text.replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_block_of_the_first_day_works() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("first_day");
    // An earlier run may have left files.
    _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for the day");
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the project is there");
    let command = Path::new(env!("CARGO_BIN_EXE_loligo")).parent().expect("the command is in a folder");
    let path = std::env::var("PATH").expect("there is a path");
    let (mut output, mut files, mut commands) = (String::new(), 0, 0);
    for Block { language, name, text } in blocks(PAGE) {
        match &*language {
            "toml" | "csv" => {
                assert!(!name.is_empty(), "a file without a name: {text}");
                fs::write(folder.join(&name), &text).expect("the file can be written");
                files += 1;
            }
            "sh" => {
                let mut shell = Command::new("sh");
                shell.args(["-e", "-u", "-c", &text]).current_dir(&folder).env("LOLIGO", &project);
                let done =
                    shell.env("PATH", format!("{}:{path}", command.display())).output().expect("there is a shell");
                output = [done.stdout, done.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
                assert!(done.status.success(), "{text}\n{output}");
                commands += 1;
            }
            "text" => {
                for line in text.lines() {
                    assert!(words(&output).contains(&words(line)), "{line}\nis not in\n{output}");
                }
            }
            other => panic!("a block of the kind \"{other}\""),
        }
    }
    assert!(files >= 4 && commands >= 7, "{files} files and {commands} commands");
}
