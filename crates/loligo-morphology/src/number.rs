//! Parsing of numbers at the start of a text, by the rules of C's `scanf`.
//!
//! Published reconstructions contain numbers such as `1.`, `.5`, `+3`, `1e3` and `5um`. With the
//! rules of `scanf`, a number ends at the same character as in NEURON.

/// The number at the start of `text` (white space before it is skipped), and the remaining text.
pub(crate) fn leading_number(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let bytes = text.as_bytes();
    let digits_from = |start: usize| bytes[start..].iter().take_while(|b| b.is_ascii_digit()).count();
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let word = |word: &[u8]| bytes.get(sign..sign + word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    if word(b"infinity") {
        return Some(text.split_at(sign + 8));
    }
    if word(b"inf") {
        // After `inf`, one more `i` must be continued to `infinity`.
        let committed = matches!(bytes.get(sign + 3), Some(b'i' | b'I'));
        return (!committed).then(|| text.split_at(sign + 3));
    }
    if word(b"nan") {
        return Some(text.split_at(sign + 3));
    }
    let whole = digits_from(sign);
    let mut end = sign + whole;
    let mut fraction = 0;
    if bytes.get(end) == Some(&b'.') {
        fraction = digits_from(end + 1);
        end += 1 + fraction;
    }
    if whole + fraction == 0 {
        return None;
    }
    let mut rest = end;
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let exponent_sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits_from(end + 1 + exponent_sign);
        // An `e` without digits is consumed too, but is not part of the value.
        rest = end + 1 + exponent_sign + exponent;
        if exponent > 0 {
            end = rest;
        }
    }
    Some((&text[..end], &text[rest..]))
}

#[cfg(test)]
mod tests {
    use super::leading_number;

    #[test]
    fn numbers_end_where_scanf_ends_them() {
        for (text, number, rest) in [
            (" 1.5 2", "1.5", " 2"),
            ("-.5em", "-.5", "m"),
            ("1.5.3", "1.5", ".3"),
            ("5um", "5", "um"),
            ("1e3)", "1e3", ")"),
            ("+7.,", "+7.", ","),
            ("infoo", "inf", "oo"),
            ("nanx", "nan", "x"),
        ] {
            assert_eq!(leading_number(text), Some((number, rest)), "{text}");
        }
        for text in ["", ".", "-x", "abc", "infinix", "Name"] {
            assert_eq!(leading_number(text), None, "{text}");
        }
    }
}
