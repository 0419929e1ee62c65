//! Checks that quantities that are added, compared or assigned have the same dimension.
//!
//! Only declared units are compared: variables without a unit, plain numbers, local variables and results of functions
//! without a unit match every dimension. Factors between units (mV and V) are reported where no literal number takes
//! part, since such a number may be the factor.

use std::collections::HashMap;
use std::sync::Arc;

use super::{MeaningProblem, Resolver};
use crate::diagnostic::Diagnostics;
use crate::model::{
    Expression, ExpressionKind, LibraryFunction, Model, Place, Reference, RoutineId, Statement, StatementKind,
    VariableId,
};
use crate::source::Span;
use crate::syntax::{BinaryOperator, File, ItemKind, UnaryOperator};
use crate::units::{UnitValue, Units};

/// Common units of physiology, for files that do not define them.
const USUAL: [(&str, &str); 16] = [
    ("mV", "millivolt"),
    ("mA", "milliamp"),
    ("nA", "nanoamp"),
    ("pA", "picoamp"),
    ("A", "amp"),
    ("um", "micron"),
    ("molar", "1/liter"),
    ("mM", "millimolar"),
    ("uM", "micromolar"),
    ("nM", "nanomolar"),
    ("S", "siemens"),
    ("mS", "millisiemens"),
    ("uS", "microsiemens"),
    ("nS", "nanosiemens"),
    ("pS", "picosiemens"),
    ("uF", "microfarad"),
];

/// Units that describe a dimension in messages, the shortest first.
const NAMES: [&str; 22] = [
    "mV", "ms", "mM", "nA", "uS", "um", "degC", "/ms", "mA/cm2", "S/cm2", "um2", "um3", "coulomb", "ohm", "uF/cm2",
    "mV/ms", "mM/ms", "joule", "um/ms", "um2/ms", "/mV", "/mM",
];

impl Resolver<'_> {
    /// Reports quantities with different dimensions.
    pub(super) fn check_units(&mut self, file: &File) {
        let mut units = self.units.clone();
        for (name, meaning) in USUAL {
            // A definition in the file has priority.
            let _ = units.define(name, meaning);
        }
        let mut results = HashMap::new();
        for item in &file.items {
            if let ItemKind::Function(function) = &item.kind
                && let (Some(&id), Some(unit)) = (self.routines.get(&function.name.text), &function.unit)
            {
                results.insert(id, unit.text.clone());
            }
        }
        let mut check = Check {
            model: &self.model,
            units,
            results,
            off: &file.units_off,
            diagnostics: self.diagnostics,
            known: HashMap::new(),
        };
        for routine in &self.model.routines {
            check.statements(&routine.body);
        }
    }
}

struct Check<'m, 'd> {
    model: &'m Model,
    units: Units,
    /// Units of the functions' results.
    results: HashMap<RoutineId, Arc<str>>,
    off: &'m [Span],
    diagnostics: &'d mut Diagnostics,
    known: HashMap<VariableId, Option<UnitValue>>,
}

impl Check<'_, '_> {
    fn statements(&mut self, statements: &[Statement]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        let span = statement.span;
        match &statement.kind {
            StatementKind::Assign { target, value } => {
                let (left, right) = (self.place(target), self.expression(value));
                self.same(left, right, value, "assigned", span);
            }
            StatementKind::Derivative { state, value } => {
                let left = self.place(state);
                let time = self.units.value("ms").ok();
                let left = left.zip(time).map(|(state, time)| state.per(time));
                let right = self.expression(value);
                self.same(left, right, value, "equated", span);
            }
            StatementKind::Equation { left, right } => {
                let (left, value) = (self.expression(left), self.expression(right));
                self.same(left, value, right, "equated", span);
            }
            StatementKind::Call(call) => {
                self.expression(call);
            }
            StatementKind::If { condition, then, otherwise } => {
                self.expression(condition);
                self.statements(then);
                self.statements(otherwise);
            }
            StatementKind::While { condition, body } => {
                self.expression(condition);
                self.statements(body);
            }
            StatementKind::From { body, .. } | StatementKind::ForNetcons(body) => self.statements(body),
            _ => {}
        }
    }

    fn is_off(&self, span: Span) -> bool {
        self.off.iter().any(|off| off.start <= span.start && span.start < off.end)
    }

    /// Reports two sides with different dimensions; a literal number matches every dimension.
    fn same(
        &mut self,
        left: Option<UnitValue>,
        right: Option<UnitValue>,
        value: &Expression,
        verb: &'static str,
        span: Span,
    ) {
        let (Some(a), Some(b)) = (left, right) else { return };
        let is_open = b.is_number() && !has_known_scale(value);
        if is_number(value) || is_open || self.is_off(span) {
            return;
        }
        if a.is_like(&b) {
            let factor = b.per(a).factor;
            if (factor - 1.0).abs() > 1e-3 && has_known_scale(value) {
                // Six digits hide the rounding of the factors.
                let factor = format!("{:e}", super::six_digits(factor));
                self.diagnostics.report(MeaningProblem::UnitScale { verb, factor }, span);
            }
            return;
        }
        let (left, right) = (self.name(&a), self.name(&b));
        self.diagnostics.report(MeaningProblem::Units { left, right, verb }, span);
    }

    /// A dimension in words.
    fn name(&self, unit: &UnitValue) -> String {
        if unit.is_number() {
            return "a number without unit".to_owned();
        }
        let named = NAMES.iter().find(|name| self.units.value(name).is_ok_and(|known| known.is_like(unit)));
        named.map_or_else(|| format!("a quantity in {}", unit.dimension()), |name| format!("a quantity like {name}"))
    }

    fn place(&mut self, place: &Place) -> Option<UnitValue> {
        let Reference::Variable(id) = place.reference else { return None };
        if let Some(known) = self.known.get(&id) {
            return *known;
        }
        let unit = self.model.variable(id).unit.as_ref();
        let unit = unit.and_then(|unit| self.units.value(unit).ok());
        self.known.insert(id, unit);
        unit
    }

    /// The unit of an expression, if it is known.
    fn expression(&mut self, expression: &Expression) -> Option<UnitValue> {
        match &expression.kind {
            ExpressionKind::Number { .. } => Some(UnitValue::ONE),
            ExpressionKind::Read(place) => self.place(place),
            ExpressionKind::Text(_) => None,
            ExpressionKind::Call(id, arguments) => {
                for argument in arguments {
                    self.expression(argument);
                }
                self.results.get(id).and_then(|unit| self.units.value(unit).ok())
            }
            ExpressionKind::Library(function, arguments) => self.library(*function, arguments),
            ExpressionKind::Parentheses(inner) | ExpressionKind::Unary(UnaryOperator::Negate, inner) => {
                self.expression(inner)
            }
            ExpressionKind::Unary(UnaryOperator::Not, inner) => {
                self.expression(inner);
                Some(UnitValue::ONE)
            }
            ExpressionKind::Binary(operator, left, right) => self.binary(*operator, left, right, expression.span),
        }
    }

    fn library(&mut self, function: LibraryFunction, arguments: &[Expression]) -> Option<UnitValue> {
        use LibraryFunction as F;
        let units: Vec<Option<UnitValue>> = arguments.iter().map(|argument| self.expression(argument)).collect();
        let name = match function {
            F::Exp => "exp",
            F::Log => "log",
            F::Fabs | F::Floor | F::Ceil => return units.first().copied().flatten(),
            F::Pow => return power(units.first().copied().flatten()?, arguments.get(1)?),
            _ => return None,
        };
        if let (Some(Some(unit)), Some(argument)) = (units.first(), arguments.first())
            && !unit.is_number()
            && has_known_scale(argument)
            && !self.is_off(argument.span)
        {
            let found = self.name(unit);
            self.diagnostics.report(MeaningProblem::DimensionedArgument { function: name, found }, argument.span);
        }
        Some(UnitValue::ONE)
    }

    fn binary(
        &mut self,
        operator: BinaryOperator,
        left: &Expression,
        right: &Expression,
        span: Span,
    ) -> Option<UnitValue> {
        use BinaryOperator as B;
        let (a, b) = (self.expression(left), self.expression(right));
        match operator {
            B::Add | B::Subtract => {
                if is_number(left) {
                    return b;
                }
                self.same(a, b, right, if operator == B::Add { "added" } else { "subtracted" }, span);
                if is_number(right) || b.is_none() { a } else { b }
            }
            B::Less | B::Greater | B::LessEqual | B::GreaterEqual | B::Equal | B::NotEqual => {
                if !is_number(left) {
                    self.same(a, b, right, "compared", span);
                }
                Some(UnitValue::ONE)
            }
            B::And | B::Or => Some(UnitValue::ONE),
            // A literal factor may be a quantity whose unit is not written.
            B::Multiply | B::Divide if is_number(left) && b.is_some_and(|unit| !unit.is_number()) => None,
            B::Multiply | B::Divide if is_number(right) && a.is_some_and(|unit| !unit.is_number()) => None,
            B::Multiply => Some(a?.times(b?)),
            B::Divide => Some(a?.per(b?)),
            B::Power => power(a?, right),
        }
    }
}

/// `true` if an expression consists of literal numbers only.
fn is_number(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Number { .. } => true,
        ExpressionKind::Parentheses(inner) | ExpressionKind::Unary(_, inner) => is_number(inner),
        ExpressionKind::Binary(_, left, right) => is_number(left) && is_number(right),
        _ => false,
    }
}

/// `true` if no literal number takes part in a product, since such a number may be a quantity.
fn has_known_scale(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Number { .. } => false,
        ExpressionKind::Parentheses(inner) | ExpressionKind::Unary(_, inner) => has_known_scale(inner),
        ExpressionKind::Binary(operator, left, right) if *operator != BinaryOperator::Power => {
            has_known_scale(left) && has_known_scale(right)
        }
        _ => true,
    }
}

fn power(unit: UnitValue, exponent: &Expression) -> Option<UnitValue> {
    if unit.is_number() {
        return Some(unit);
    }
    match exponent.kind {
        ExpressionKind::Number { value, .. } if (1.0..=9.0).contains(&value) && value.fract() == 0.0 => {
            Some((1..value as u32).fold(unit, |product, _| product.times(unit)))
        }
        _ => None,
    }
}
