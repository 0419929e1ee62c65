//! Statements of kinetic schemes and equations.

use super::{Parsed, Parser};
use crate::syntax::{Arrow, Expression, Reactant, StatementKind, Target};
use crate::token::TokenKind;

impl Parser<'_> {
    /// A reaction or an equation; both begin with `~`.
    pub(super) fn relation(&mut self) -> Parsed<StatementKind> {
        self.next();
        if !self.is_reaction() {
            let left = self.expression()?;
            self.expect_sign("=")?;
            let right = self.expression()?;
            return Ok(StatementKind::Equation { left, right });
        }
        let left = self.reactants()?;
        let arrow = match () {
            () if self.take_sign("<->") => Arrow::Both,
            () if self.take_sign("->") => Arrow::Away,
            () if self.take_sign("<<") => Arrow::Flux,
            () => return self.expected("\"<->\", \"->\" or \"<<\""),
        };
        let right = if self.is_sign("(") { Vec::new() } else { self.reactants()? };
        self.expect_sign("(")?;
        let mut rates: Vec<Expression> = vec![self.expression()?];
        if arrow == Arrow::Both {
            if !self.take_sign(",") {
                return self.expected("\",\" and the backward rate");
            }
            rates.push(self.expression()?);
        }
        self.expect_sign(")")?;
        Ok(StatementKind::Reaction { left, arrow, right, rates })
    }

    /// `true` if an arrow precedes the next equals sign.
    fn is_reaction(&self) -> bool {
        for token in &self.tokens[self.at..] {
            match token.kind {
                TokenKind::Sign("<->" | "->" | "<<") => return true,
                TokenKind::Sign("=" | "~" | "{" | "}") | TokenKind::End => return false,
                _ => {}
            }
        }
        false
    }

    /// `2 A + B[0]`
    fn reactants(&mut self) -> Parsed<Vec<Reactant>> {
        let mut reactants = vec![self.reactant()?];
        while self.take_sign("+") {
            reactants.push(self.reactant()?);
        }
        Ok(reactants)
    }

    fn reactant(&mut self) -> Parsed<Reactant> {
        let is_number = matches!(self.kind(), TokenKind::Number { .. });
        let count = if is_number { Some(self.count("how many react, a whole number")?) } else { None };
        let name = self.name("what reacts")?;
        Ok(Reactant { count, target: Target { name, index: self.index()? } })
    }

    /// COMPARTMENT or LONGITUDINAL_DIFFUSION.
    pub(super) fn compartment(&mut self) -> Parsed<StatementKind> {
        let is_volume = self.is_word("COMPARTMENT");
        self.next();
        let mut index = None;
        if self.is_name() && *self.following(1) == TokenKind::Sign(",") {
            index = Some(self.name("an index")?);
            self.expect_sign(",")?;
        }
        let value = self.expression()?;
        let states = self.names_in_braces("a state")?;
        Ok(match is_volume {
            true => StatementKind::Compartment { index, volume: value, states },
            false => StatementKind::Diffusion { index, coefficient: value, states },
        })
    }

    pub(super) fn conserve(&mut self) -> Parsed<StatementKind> {
        self.next();
        let terms = self.reactants()?;
        self.expect_sign("=")?;
        Ok(StatementKind::Conserve { terms, total: self.expression()? })
    }
}
