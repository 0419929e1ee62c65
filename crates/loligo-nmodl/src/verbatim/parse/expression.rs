//! Expressions of C.

use super::{Parsed, Parser};
use crate::verbatim::token::TokenKind;
use crate::verbatim::tree::{Expression, ExpressionKind, Operator};

impl Parser<'_> {
    /// An expression, with commas.
    pub(super) fn expression(&mut self) -> Parsed<Expression> {
        let mut left = self.assignment()?;
        let mut links = 0;
        while self.take_sign(",") {
            self.link(links)?;
            links += 1;
            let right = self.assignment()?;
            let span = left.span.to(right.span);
            let kind = ExpressionKind::Binary(Operator::Comma, Box::new(left), Box::new(right));
            left = Expression { kind, span };
        }
        Ok(left)
    }

    /// An expression without commas outside parentheses.
    pub(super) fn assignment(&mut self) -> Parsed<Expression> {
        self.deeper(Self::assignment_here)
    }

    fn assignment_here(&mut self) -> Parsed<Expression> {
        let start = self.span();
        let target = self.choice()?;
        let Some(TokenKind::Sign(sign)) = self.peek() else { return Ok(target) };
        let operator = match *sign {
            "=" => None,
            "+=" => Some(Operator::Add),
            "-=" => Some(Operator::Subtract),
            "*=" => Some(Operator::Multiply),
            "/=" => Some(Operator::Divide),
            "%=" => Some(Operator::Remainder),
            "<<=" => Some(Operator::ShiftLeft),
            ">>=" => Some(Operator::ShiftRight),
            "&=" => Some(Operator::BitAnd),
            "|=" => Some(Operator::BitOr),
            "^=" => Some(Operator::BitExclusiveOr),
            _ => return Ok(target),
        };
        self.at += 1;
        let value = Box::new(self.assignment()?);
        let kind = ExpressionKind::Assign { operator, target: Box::new(target), value };
        Ok(Expression { kind, span: self.since(start) })
    }

    /// The value behind `case`.
    pub(super) fn label(&mut self) -> Parsed<Expression> {
        self.choice()
    }

    fn choice(&mut self) -> Parsed<Expression> {
        let start = self.span();
        let condition = self.binary(1)?;
        if !self.take_sign("?") {
            return Ok(condition);
        }
        let then = self.assignment()?;
        self.expect_sign(":")?;
        let otherwise = self.assignment()?;
        let kind = ExpressionKind::Choice(Box::new(condition), Box::new(then), Box::new(otherwise));
        Ok(Expression { kind, span: self.since(start) })
    }

    fn binary(&mut self, least: u8) -> Parsed<Expression> {
        let mut left = self.prefixed()?;
        let mut links = 0;
        while let Some(TokenKind::Sign(sign)) = self.peek() {
            let Some((operator, precedence)) = operator_of(sign).filter(|(_, precedence)| *precedence >= least) else {
                break;
            };
            self.link(links)?;
            links += 1;
            self.at += 1;
            let right = self.deeper(|parser| parser.binary(precedence + 1))?;
            let span = left.span.to(right.span);
            let kind = ExpressionKind::Binary(operator, Box::new(left), Box::new(right));
            left = Expression { kind, span };
        }
        Ok(left)
    }

    fn prefixed(&mut self) -> Parsed<Expression> {
        let start = self.span();
        let Some(TokenKind::Sign(sign)) = self.peek() else { return self.postfixed() };
        let sign = *sign;
        if sign == "(" && self.begins_cast() {
            self.at += 1;
            let (own_type, _) = self.type_name()?;
            self.expect_sign(")")?;
            let inner = Box::new(self.deeper(Self::prefixed)?);
            return Ok(Expression { kind: ExpressionKind::Cast(own_type, inner), span: self.since(start) });
        }
        if !matches!(sign, "-" | "+" | "!" | "&" | "*" | "++" | "--" | "~") {
            return self.postfixed();
        }
        self.at += 1;
        let inner = Box::new(self.deeper(Self::prefixed)?);
        let kind = match sign {
            "-" => ExpressionKind::Negate(inner),
            "+" => return Ok(*inner),
            "!" => ExpressionKind::Not(inner),
            "&" => ExpressionKind::Address(inner),
            "*" => ExpressionKind::Content(inner),
            "~" => ExpressionKind::Complement(inner),
            _ => ExpressionKind::Step { target: inner, is_up: sign == "++", is_before: true },
        };
        Ok(Expression { kind, span: self.since(start) })
    }

    fn postfixed(&mut self) -> Parsed<Expression> {
        let start = self.span();
        let mut expression = self.operand()?;
        for links in 0.. {
            self.link(links)?;
            let kind = if self.take_sign("[") {
                let index = self.expression()?;
                self.expect_sign("]")?;
                ExpressionKind::Index(Box::new(expression), Box::new(index))
            } else if self.take_sign("->") || self.take_sign(".") {
                let Some(TokenKind::Word(_)) = self.peek() else { return self.expected("the name of a field") };
                self.at += 1;
                self.template_arguments();
                ExpressionKind::Field
            } else if self.is_sign("(") {
                self.at += 1;
                let arguments = self.arguments()?;
                match expression.kind {
                    ExpressionKind::Name(name) => ExpressionKind::Call(name, arguments),
                    _ => ExpressionKind::Field,
                }
            } else if self.is_sign("++") || self.is_sign("--") {
                let is_up = self.is_sign("++");
                self.at += 1;
                ExpressionKind::Step { target: Box::new(expression), is_up, is_before: false }
            } else {
                return Ok(expression);
            };
            expression = Expression { kind, span: self.since(start) };
        }
        Ok(expression)
    }

    /// Skips `<...>` behind the name of a method.
    fn template_arguments(&mut self) {
        if !self.is_sign("<") {
            return;
        }
        let inside = |kind: &TokenKind| matches!(kind, TokenKind::Word(_) | TokenKind::Sign("*" | "::"));
        let mut ahead = 1;
        while self.peek_at(ahead).is_some_and(inside) {
            ahead += 1;
        }
        if matches!(self.peek_at(ahead), Some(TokenKind::Sign(">"))) {
            self.at += ahead + 1;
        }
    }

    /// The arguments of a call, behind the opening parenthesis. Those that NEURON passes to functions of the mechanism
    /// by itself are left out.
    fn arguments(&mut self) -> Parsed<Vec<Expression>> {
        let mut arguments = Vec::new();
        while !self.take_sign(")") {
            if self.take_sign(",") {
                continue;
            }
            let argument = self.assignment()?;
            if !self.is_sign(",") && !self.is_sign(")") {
                return self.expected("\")\"");
            }
            let is_hidden = matches!(
                &argument.kind,
                ExpressionKind::Name(name) if matches!(&**name, "_p" | "_ppvar" | "_thread" | "_nt" | "_ml" | "_iml" | "_globals")
            );
            if !is_hidden {
                arguments.push(argument);
            }
        }
        Ok(arguments)
    }

    fn operand(&mut self) -> Parsed<Expression> {
        let span = self.span();
        let Some(next) = self.peek() else { return self.expected("a value") };
        let kind = match next {
            TokenKind::Number(value, is_whole) => ExpressionKind::Number(*value, *is_whole),
            TokenKind::Text(text) => {
                self.at += 1;
                let mut joined = text.to_string();
                while let Some(TokenKind::Text(more)) = self.peek() {
                    joined.push_str(more);
                    self.at += 1;
                }
                return Ok(Expression { kind: ExpressionKind::Text(joined.into()), span });
            }
            TokenKind::Word(word) if &**word == "sizeof" => {
                self.at += 1;
                if self.take_sign("(") {
                    self.skip_to_close();
                }
                return Ok(Expression { kind: ExpressionKind::Number(8.0, true), span });
            }
            TokenKind::Word(word) if matches!(&**word, "static_cast" | "reinterpret_cast" | "const_cast") => {
                self.at += 1;
                self.expect_sign("<")?;
                let (own_type, _) = self.type_name()?;
                self.expect_sign(">")?;
                let inner = Box::new(self.in_parentheses()?);
                return Ok(Expression { kind: ExpressionKind::Cast(own_type, inner), span: self.since(span) });
            }
            TokenKind::Word(word) => {
                let mut name = word.clone();
                // `std::exp` is `exp`.
                while matches!(self.peek_at(1), Some(TokenKind::Sign("::")))
                    && let Some(TokenKind::Word(inner)) = self.peek_at(2)
                {
                    name = inner.clone();
                    self.at += 2;
                }
                ExpressionKind::Name(name)
            }
            TokenKind::Sign("(") => {
                self.at += 1;
                let inner = self.expression()?;
                self.expect_sign(")")?;
                return Ok(inner);
            }
            TokenKind::Sign(sign) => return self.fail(format!("C++ text with an unexpected \"{sign}\"")),
            TokenKind::Unknown(c) => return self.fail(format!("C++ text with an unexpected \"{c}\"")),
            TokenKind::Directive(..) | TokenKind::Statement(_) => return self.expected("a value"),
        };
        self.at += 1;
        Ok(Expression { kind, span })
    }

    /// Skips the rest of a text in parentheses, with the closing one.
    pub(super) fn skip_to_close(&mut self) {
        let mut depth = 1;
        while depth > 0 && self.peek().is_some() {
            depth += i32::from(self.is_sign("(")) - i32::from(self.is_sign(")"));
            self.at += 1;
        }
    }
}

/// The operator with a spelling, and its precedence: a larger number binds tighter.
fn operator_of(sign: &str) -> Option<(Operator, u8)> {
    Some(match sign {
        "||" => (Operator::Or, 1),
        "&&" => (Operator::And, 2),
        "|" => (Operator::BitOr, 3),
        "^" => (Operator::BitExclusiveOr, 4),
        "&" => (Operator::BitAnd, 5),
        "==" => (Operator::Equal, 6),
        "!=" => (Operator::NotEqual, 6),
        "<" => (Operator::Less, 7),
        ">" => (Operator::Greater, 7),
        "<=" => (Operator::LessEqual, 7),
        ">=" => (Operator::GreaterEqual, 7),
        "<<" => (Operator::ShiftLeft, 8),
        ">>" => (Operator::ShiftRight, 8),
        "+" => (Operator::Add, 9),
        "-" => (Operator::Subtract, 9),
        "*" => (Operator::Multiply, 10),
        "/" => (Operator::Divide, 10),
        "%" => (Operator::Remainder, 10),
        _ => return None,
    })
}
