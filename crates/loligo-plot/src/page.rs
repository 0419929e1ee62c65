//! One HTML page with all facts and pictures, without external resources.

use loligo_io::OwnKind;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::draw::clean;
use crate::summary::Summary;

const STYLE: &str = "\
:root{color-scheme:light dark;--ground:#f4f5f7;--card:#fff;--ink:#1f2328;--quiet:#59636e;--rule:#e4e7eb;--good:#1a7f4b;--bad:#b3402a}\
@media (prefers-color-scheme:dark){:root{--ground:#0d0f12;--card:#14171b;--ink:#e6e9ed;--quiet:#9aa4af;--rule:#2c323a;--good:#4fc796;--bad:#ff8a66}}\
*{box-sizing:border-box}\
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 Inter,'Helvetica Neue',Helvetica,Arial,'DejaVu Sans',sans-serif}\
main{max-width:1040px;margin:0 auto;padding:32px 20px 56px}\
header{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 14px;margin-bottom:20px}\
h1{font-size:24px;line-height:1.25;margin:0;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere}\
.status{font-size:13px;font-weight:600;padding:1px 10px;border:1px solid currentColor;border-radius:99px;color:var(--quiet)}\
.status.good{color:var(--good)}.status.bad{color:var(--bad)}\
section{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:18px 20px;margin:0 0 18px}\
h2{font-size:13px;line-height:1.4;margin:0 0 10px;color:var(--quiet);font-weight:600}\
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:22px 44px}\
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:3px 18px;margin:0;align-content:start;font-size:14px}\
dt{color:var(--quiet);max-width:220px;overflow-wrap:anywhere}dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}\
figure{margin:0;overflow-x:auto}figure svg{display:block;width:100%;height:auto;min-width:640px}\
.save{float:right;font-size:13px;color:var(--quiet)}\
footer{color:var(--quiet);font-size:13px}\
@media print{body{background:none}section{border:0;padding:0;break-inside:avoid}.save{display:none}}";

/// The kind of the page's file, recognised by its title.
pub const PAGE: OwnKind = OwnKind {
    name: "the page of a run",
    is_own: |bytes| {
        bytes.starts_with(b"<!DOCTYPE html>") && bytes.windows(TITLE.len()).any(|part| part == TITLE.as_bytes())
    },
};
const TITLE: &str = " – Loligo</title>";

/// A picture of the page.
#[derive(Clone, Debug)]
pub struct Figure {
    /// The heading above it.
    pub heading: String,
    /// Its file, relative to the page.
    pub file: &'static str,
    /// The SVG.
    pub svg: String,
}

/// The page as HTML: summary facts, then the figures, inlined.
///
/// ```
/// use loligo_plot::{Summary, page};
///
/// let html = page("run_1", &Summary::default(), &[]);
/// assert!(html.starts_with("<!DOCTYPE html>"));
/// ```
pub fn page(directory: &str, summary: &Summary, figures: &[Figure]) -> String {
    let title = summary.fact("model").unwrap_or_else(|| directory.to_owned());
    let status = summary.fact("status");
    let tables = summary.tables();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (clean(&title)) " – Loligo" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    header {
                        h1 { (clean(&title)) }
                        @if let Some(status) = &status {
                            span class={ "status " (mood(status)) } { (clean(status)) }
                        }
                    }
                    @if !tables.is_empty() {
                        section {
                            div class="facts" {
                                @for (heading, rows) in &tables { (table(heading, rows)) }
                            }
                        }
                    }
                    @for figure in figures {
                        section {
                            a class="save" href=(figure.file) { (figure.file) }
                            h2 { (&figure.heading) }
                            figure { (PreEscaped(&figure.svg)) }
                        }
                    }
                    footer { "Made by Loligo from the files in " (clean(directory)) "." }
                }
            }
        }
    }
    .into_string()
}

fn table(heading: &str, rows: &[(String, String)]) -> Markup {
    html! {
        div {
            h2 { @if heading.is_empty() { "Run" } @else { (clean(heading)) } }
            dl {
                @for (label, value) in rows {
                    dt { (clean(label)) }
                    dd { (value) }
                }
            }
        }
    }
}

/// The CSS class of a status: success or failure, as far as its word is recognised.
fn mood(status: &str) -> &'static str {
    let status = status.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| status.contains(word));
    if has(&["incomplete", "fail", "error", "abort", "interrupt", "diverge", "stopped"]) {
        "bad"
    } else if has(&["complete", "finish", "done", "ok", "success"]) {
        "good"
    } else {
        ""
    }
}
