//! Reads the tables of a document in a fixed order.

use toml::de::DeTable;

use crate::model_file::decoder::Decoder;
use crate::model_file::model::Output;
use crate::model_file::run;
use crate::model_file::table::Table;

pub(super) fn decode_document(decoder: &mut Decoder, entries: &DeTable<'_>) -> (run::Run, Output) {
    const KEYS: [&str; 17] = [
        "include",
        "mechanisms",
        "run",
        "output",
        "globals",
        "function_tables",
        "cell",
        "artificial_cell",
        "stimulus",
        "gap_junction",
        "transfer",
        "pointer",
        "intervention",
        "connection",
        "detector",
        "waveform",
        "record",
    ];
    let document = Table::new(entries, "the model", 0..0);
    document.only(&KEYS, &mut decoder.errors);
    decoder.mod_files(&document);
    document.need("run", "a table [run] with the key tstop", &mut decoder.errors);
    let run = document.table("run", "[run]", &mut decoder.errors);
    let run = run::read_run(run.as_ref(), decoder);
    let output = document.table("output", "[output]", &mut decoder.errors);
    let output = run::read_output(output.as_ref(), run.options.dt, &mut decoder.errors);
    if !document.has("cell") && !document.has("artificial_cell") {
        let meaning = "at least one [[cell]] or [[artificial_cell]]";
        document.need("cell", meaning, &mut decoder.errors);
    }
    if let Some(table) = document.table("globals", "[globals]", &mut decoder.errors) {
        decoder.globals(&table);
    }
    if let Some(table) = document.table("function_tables", "[function_tables]", &mut decoder.errors) {
        decoder.function_tables(&table);
    }
    for table in document.tables("cell", "[[cell]]", &mut decoder.errors) {
        decoder.cell(&table);
    }
    for table in document.tables("artificial_cell", "[[artificial_cell]]", &mut decoder.errors) {
        decoder.artificial_cell(&table);
    }
    for table in document.tables("stimulus", "[[stimulus]]", &mut decoder.errors) {
        decoder.stimulus(&table);
    }
    for table in document.tables("gap_junction", "[[gap_junction]]", &mut decoder.errors) {
        decoder.gap_junction(&table);
    }
    for table in document.tables("pointer", "[[pointer]]", &mut decoder.errors) {
        decoder.pointer(&table);
    }
    for table in document.tables("intervention", "[[intervention]]", &mut decoder.errors) {
        decoder.intervention(&table);
    }
    for table in document.tables("transfer", "[[transfer]]", &mut decoder.errors) {
        decoder.transfer(&table);
    }
    for table in document.tables("connection", "[[connection]]", &mut decoder.errors) {
        decoder.connection(&table);
    }
    for table in document.tables("detector", "[[detector]]", &mut decoder.errors) {
        decoder.detector(&table);
    }
    for table in document.tables("waveform", "[[waveform]]", &mut decoder.errors) {
        decoder.waveform(&table);
    }
    for table in document.tables("record", "[[record]]", &mut decoder.errors) {
        decoder.record(&table);
    }
    (run, output)
}
