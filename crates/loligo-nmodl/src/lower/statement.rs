//! Translates statements into instructions.

use super::Lowering;
use super::body::{Mode, Phase, Register};
use super::problem::LowerProblem;
use crate::model::{Expression, ExpressionKind, IntegerExpression, LocalId, Place, Statement, StatementKind};
use crate::program::{self, Binary, Integer, Operation, Unary};
use crate::source::Span;

impl Lowering<'_> {
    /// Appends statements to the program.
    pub(super) fn statements(&mut self, statements: &[Statement]) {
        for statement in statements {
            let before = std::mem::replace(&mut self.body.span, statement.span);
            self.statement(statement);
            self.body.span = before;
        }
    }

    /// Translates statements into a block of their own.
    pub(super) fn block(&mut self, statements: &[Statement]) -> program::Block {
        self.body.begin();
        self.statements(statements);
        self.body.end()
    }

    fn statement(&mut self, statement: &Statement) {
        let span = statement.span;
        match &statement.kind {
            StatementKind::Assign { target, value } => {
                let x = self.real(value);
                self.assign(target, x, span);
            }
            StatementKind::Call(call) => self.call_statement(call),
            StatementKind::If { condition, then, otherwise } => {
                let condition = self.real(condition);
                let then = self.block(then);
                let otherwise = self.block(otherwise);
                self.body.emit(Operation::If { condition, then, otherwise });
            }
            StatementKind::While { condition, body } => {
                self.body.begin();
                let condition = self.real(condition);
                let test = self.body.end();
                let body = self.block(body);
                self.body.emit(Operation::While { test, condition, body });
            }
            StatementKind::From { counter, from, to, by, body } => {
                self.count(*counter, [Some(from), Some(to), by.as_ref()], body)
            }
            StatementKind::Solve(solve) => self.solve(solve),
            StatementKind::Watch(conditions) => {
                for (condition, flag) in conditions {
                    let flag = self.real(flag);
                    self.body.emit(Operation::Watch { condition: *condition, flag });
                }
            }
            StatementKind::ForNetcons(body) => {
                let body = self.block(body);
                self.body.emit(Operation::ForConnections { body });
            }
            StatementKind::NetSend { delay, flag } => {
                // NEURON computes the text `t + delay`, without parentheses around the delay.
                let t = self.body.load(program::Place::Time);
                let at = self.pasted_sum(t, delay);
                let flag = self.real(flag);
                self.body.emit(Operation::Send { at, flag });
            }
            StatementKind::SendAt { at, flag } => {
                let (at, flag) = (self.real(at), self.real(flag));
                self.body.emit(Operation::Send { at, flag });
            }
            StatementKind::NetEvent(at) => {
                let at = self.real(at);
                self.body.emit(Operation::Spike { at });
            }
            StatementKind::NetMove(at) => {
                let at = self.real(at);
                self.body.emit(Operation::Move { at });
            }
            StatementKind::Discontinuity { target, value } => self.discontinuity(target, value, span),
            StatementKind::Derivative { state, value } => self.derivative(state, value, span),
            StatementKind::Equation { left, right } => self.equation(left, right, span),
            StatementKind::Reaction { left, arrow, right, rates } => {
                self.reaction(left, *arrow, right, rates, span);
            }
            StatementKind::Conserve { terms, total } => self.conserve(terms, total, span),
            // The scheme holds these.
            StatementKind::Compartment { .. } | StatementKind::Diffusion { .. } => {}
        }
    }

    fn call_statement(&mut self, call: &Expression) {
        match &call.kind {
            ExpressionKind::Call(routine, arguments) => {
                let arguments: Vec<_> = arguments.iter().map(|argument| self.real(argument)).collect();
                self.call(*routine, &arguments, None);
            }
            _ => {
                self.real(call);
            }
        }
    }

    /// A FROM loop; `bounds` are its first value, last value and step.
    fn count(&mut self, counter: LocalId, bounds: [Option<&IntegerExpression>; 3], body: &[Statement]) {
        let Some(&Register::Counter(variable)) = self.body.locals.get(counter.0 as usize) else {
            let what = "a loop over what is no counter".to_owned();
            return self.report(LowerProblem::Misplaced { what }, self.body.span);
        };
        let [from, to, by] = bounds;
        let first = self.integer_or(from, 0);
        let (last, step) = (self.body.integer(), self.body.integer());
        self.body.begin();
        for (register, bound, default) in [(last, to, 0), (step, by, 1)] {
            let x = self.integer_or(bound, default);
            self.body.emit(Operation::IntegerCopy { to: register, x });
        }
        let bounds = self.body.end();
        let body = self.block(body);
        self.body.emit(Operation::Count { variable, first, bounds, last, step, body });
    }

    fn integer_or(&mut self, expression: Option<&IntegerExpression>, default: i32) -> Integer {
        match expression {
            Some(expression) => self.integer(expression),
            None => self.body.whole(default),
        }
    }

    /// `state_discontinuity`: during the evaluation of currents it acts only at the higher of the two voltages, and not
    /// at the start of a run.
    fn discontinuity(&mut self, target: &Place, value: &Expression, span: Span) {
        if self.body.phase == Phase::Any {
            let x = self.real(value);
            return self.assign(target, x, span);
        }
        let shifted = self.body.load(program::Place::ShiftedEvaluation);
        let t = self.body.load(program::Place::Time);
        let is_late = self.body.unary(Unary::IsTrue, t);
        let condition = self.body.binary(Binary::Multiply, shifted, is_late);
        self.body.begin();
        let x = self.real(value);
        self.assign(target, x, span);
        let then = self.body.end();
        self.body.emit(Operation::If { condition, then, otherwise: Vec::new() });
    }

    fn equation(&mut self, left: &Expression, right: &Expression, span: Span) {
        match self.body.mode.clone() {
            Mode::Linear(system) => self.linear_equation(&system, left, right, span),
            Mode::Nonlinear(residuals) => self.residual(&residuals, left, right),
            _ => self.report(LowerProblem::Misplaced { what: "an equation `~`".to_owned() }, span),
        }
    }
}
