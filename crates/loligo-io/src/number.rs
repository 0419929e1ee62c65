//! Numbers in messages.

/// A number as it would be written by hand: `0.025`, `-65`, `1e300`.
///
/// ```
/// use loligo_io::plain;
/// assert_eq!([plain(0.025), plain(-65.0), plain(1e300), plain(5e-324)], ["0.025", "-65", "1e300", "5e-324"]);
/// assert_eq!([plain(1048576.0), plain(1e9)], ["1048576", "1e9"]);
/// ```
pub fn plain(number: f64) -> String {
    let short = format!("{number:e}");
    if number == 0.0 || (1e-3..1e6).contains(&number.abs()) {
        return format!("{number}");
    }
    // A whole number with only significant digits is not shorter with an exponent.
    let whole = if number.fract() == 0.0 && number.abs() < 1e15 { format!("{number}") } else { String::new() };
    if whole.is_empty() || whole.len() > short.len() { short } else { whole }
}

/// A time for a message, with the digits that a simulation's steps have: 12, since the sum of many steps is not exact.
///
/// ```
/// use loligo_io::plain_time;
/// assert_eq!([plain_time(3.0250000000000092), plain_time(0.1 + 0.2), plain_time(1e9)], ["3.025", "0.3", "1e9"]);
/// assert_eq!([plain_time(0.0), plain_time(f64::NAN), plain_time(-12.5)], ["0", "NaN", "-12.5"]);
/// ```
pub fn plain_time(t: f64) -> String {
    // A number in this form can be read.
    plain(format!("{t:.11e}").parse().unwrap_or(t))
}

/// A text for a message, reduced to its beginning if it is long.
pub fn shortened(text: &str) -> String {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// Advice if a text is a number in the format of another program or country; otherwise empty.
///
/// ```
/// use loligo_io::number_hint;
/// assert_eq!(number_hint("40,0"), "; write 40.0, with a point");
/// assert_eq!(number_hint("\u{2212}65"), "; write -65, with the hyphen of the keyboard");
/// assert_eq!(number_hint("soma"), "");
/// ```
pub fn number_hint(text: &str) -> String {
    match as_number(text) {
        Some((number, why)) => format!("; write {number}, {why}"),
        None => String::new(),
    }
}

/// The number intended by a text that is not a valid number, and the advice.
pub fn as_number(text: &str) -> Option<(String, &'static str)> {
    const LONGEST: usize = 40;
    if text.len() > LONGEST || is_number(text) {
        return None;
    }
    let hyphen = text.replace(is_dash, "-");
    let plain: String = hyphen.chars().filter(|c| !(c.is_whitespace() || "'\u{2019}".contains(*c))).collect();
    // The mark that comes last is the decimal mark.
    let is_decimal_comma = plain.rfind(',') > plain.rfind('.');
    let point = if is_decimal_comma { plain.replace('.', "").replacen(',', ".", 1) } else { plain.replace(',', "") };
    let candidates = [
        (hyphen.trim().to_owned(), "with the hyphen of the keyboard"),
        (plain, "without blanks or marks between the digits"),
        (point, if is_decimal_comma { "with a point" } else { "without marks between the thousands" }),
    ];
    candidates.into_iter().find(|(number, _)| is_number(number))
}

/// True if a character looks like a hyphen or minus sign, but is not that of the keyboard.
pub fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}')
}

fn is_number(text: &str) -> bool {
    let begins = text.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_digit() || c == '.');
    begins && text.parse::<f64>().is_ok()
}

/// Advice if a line of a CSV table uses other separators than commas; otherwise empty.
///
/// ```
/// assert_eq!(loligo_io::separator_hint("0;0,5"), "; separate values by commas, not by semicolons, and write decimals with a point");
/// assert_eq!(loligo_io::separator_hint("0, 0.5"), "");
/// ```
pub fn separator_hint(line: &str) -> &'static str {
    if line.contains(';') {
        "; separate values by commas, not by semicolons, and write decimals with a point"
    } else if line.contains('\t') {
        "; separate values by commas, not by tabs, and write decimals with a point"
    } else {
        ""
    }
}

/// A range in words: "from 0 to 1e9", "of at least 0", "that is finite".
pub fn bounds(low: f64, high: f64) -> String {
    match (low > f64::MIN, high < f64::MAX) {
        (true, true) => format!("from {} to {}", plain(low), plain(high)),
        (true, false) => format!("of at least {}", plain(low)),
        (false, true) => format!("of at most {}", plain(high)),
        (false, false) => "that is finite".to_owned(),
    }
}
