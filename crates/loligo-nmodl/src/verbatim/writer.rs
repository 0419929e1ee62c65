//! Writes C text as statements of NMODL.

mod assign;
mod call;
mod flow;
mod number;
mod pointer;
mod statement;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::facts::Facts;
use super::handle::{Handle, Held, HeldObjects};
use super::preprocess::Preprocessor;
use super::refusal::Refusal;
use super::tree;
use crate::source::Span;
use crate::syntax::{
    BinaryOperator, Block, Count, Expression, ExpressionKind, LocalVariable, Name, Number, Statement, StatementKind,
    Target, UnaryOperator,
};

/// The deepest nesting of the statements that a routine may become.
const DEEPEST: usize = 100;

/// The most statements that a routine may become.
const MOST_STATEMENTS: usize = 50_000;

pub(super) type Written<T> = Result<T, Refusal>;

/// The routine whose C text is written.
#[derive(Clone, Debug)]
pub(super) struct RoutineFacts {
    /// The variable that receives its result, if it is a function.
    pub(super) result: Option<Arc<str>>,
    /// `true` if the result is a whole number.
    pub(super) result_is_whole: bool,
    /// Its arguments in NMODL; the weights of NET_RECEIVE.
    pub(super) arguments: Vec<Arc<str>>,
    /// The names of its arguments and local variables in NMODL.
    pub(super) locals: HashSet<Arc<str>>,
    /// `true` for a FUNCTION or PROCEDURE, which a user can call with any arguments.
    pub(super) is_callable: bool,
    /// `true` if it may end before its last statement.
    pub(super) can_end_early: bool,
    /// `true` for NET_RECEIVE and its INITIAL.
    pub(super) has_weights: bool,
}

/// The declarations that the C texts of a file need in the file.
#[derive(Clone, Debug, Default)]
pub(super) struct Needs {
    /// The variables that hold objects.
    pub(super) held: HeldObjects,
    /// Functions of C that are called.
    pub(super) functions: BTreeSet<Arc<str>>,
    /// Variables of C that keep their values from call to call, with their initial values and places.
    pub(super) shared: BTreeMap<Arc<str>, (f64, Span)>,
}

/// A variable of C.
#[derive(Clone, Debug)]
enum Symbol {
    /// A number, with its name in NMODL; `true` if it is a whole number.
    Number(Arc<str>, bool),
    /// An array of numbers.
    Array(Arc<str>, bool),
    /// A pointer, with the local variable that is 0 while the pointer is null.
    Pointer(Handle, Arc<str>),
    /// A variable of another type.
    Other(String),
}

/// The value of an expression.
enum Value {
    /// A number; `true` if it is a whole number.
    Number(Expression, bool),
    /// A pointer.
    Pointer(Handle),
}

/// Ways in which statements may leave their list before its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Exit {
    /// On some paths.
    perhaps: bool,
    /// On all paths.
    always: bool,
    /// `true` if a path leaves the routine, not only a round of a loop.
    returns: bool,
}

/// Writes the C text of one routine.
pub(super) struct Writer<'f> {
    facts: &'f Facts,
    needs: &'f mut Needs,
    routine: &'f RoutineFacts,
    /// `true` while the objects that variables hold are being found: all code is visited.
    is_search: bool,
    scopes: Vec<HashMap<Arc<str>, Symbol>>,
    out: Vec<Statement>,
    span: Span,
    made: usize,
    fresh: usize,
    /// The largest number of an argument that is not declared in NMODL.
    passed: usize,
    /// The variable that is 1 once the routine has returned, if flags are needed.
    returned: Option<Arc<str>>,
    /// For each enclosing loop: the variable that is 1 once the loop has ended, and that for the rest of the round.
    loops: Vec<(Arc<str>, Arc<str>)>,
    /// Number of enclosing blocks.
    nesting: usize,
    /// Number of enclosing loops.
    loop_depth: usize,
    /// The ends of the two sides of the IF that was written last.
    branches: Option<(Exit, Exit)>,
    preprocessor: &'f Preprocessor,
}

/// The statements of a routine, and the number of its arguments that NMODL does not declare.
pub(super) struct Output {
    pub(super) statements: Vec<Statement>,
    pub(super) passed: usize,
}

impl<'f> Writer<'f> {
    fn new(
        (facts, preprocessor): (&'f Facts, &'f Preprocessor),
        needs: &'f mut Needs,
        routine: &'f RoutineFacts,
        is_search: bool,
    ) -> Self {
        Self {
            facts,
            needs,
            routine,
            is_search,
            scopes: vec![HashMap::new()],
            out: Vec::new(),
            span: Span::default(),
            made: 0,
            fresh: 0,
            passed: 0,
            returned: None,
            loops: Vec::new(),
            nesting: 0,
            loop_depth: 0,
            branches: None,
            preprocessor,
        }
    }

    /// Writes the statements of a routine; `arguments` are those of a function of C, `true` for a whole number.
    pub(super) fn write(
        (facts, preprocessor): (&Facts, &Preprocessor),
        needs: &mut Needs,
        routine: &RoutineFacts,
        (statements, arguments): (&[tree::Statement], &[(Arc<str>, bool)]),
        is_search: bool,
    ) -> Written<Output> {
        // Most routines return only where the rest of the statements can become an ELSE.
        for with_flags in [false, true] {
            let mut writer = Writer::new((facts, preprocessor), needs, routine, is_search);
            let written = writer.routine(statements, arguments, with_flags);
            match written {
                Ok(()) => return Ok(Output { statements: writer.out, passed: writer.passed }),
                Err(refusal) if refusal.reason == flow::NEEDS_FLAGS && !with_flags => {}
                Err(refusal) => return Err(refusal),
            }
        }
        Err(Refusal::at(Span::default(), flow::NEEDS_FLAGS))
    }

    fn routine(
        &mut self,
        statements: &[tree::Statement],
        arguments: &[(Arc<str>, bool)],
        with_flags: bool,
    ) -> Written<()> {
        self.span = statements.first().map_or_else(Span::default, |first| first.span);
        for (name, is_whole) in arguments {
            self.declare(name.clone(), Symbol::Number(name.clone(), *is_whole));
            if *is_whole {
                let value = self.whole(self.name(name));
                self.assign_name(name, value);
            }
        }
        if with_flags {
            self.returned = Some(self.new_local(0.0)?);
        }
        self.list(statements).map(|_| ())
    }

    /// The statements of a block of NMODL, with the C texts in it read.
    fn read_block(&self, block: &Block) -> Written<Vec<tree::Statement>> {
        super::body::read(block, &mut self.preprocessor.clone())
    }

    fn refuse<T>(&self, reason: impl Into<String>) -> Written<T> {
        Err(Refusal::at(self.span, reason))
    }

    fn emit(&mut self, kind: StatementKind) -> Written<()> {
        self.made += 1;
        if self.made > MOST_STATEMENTS {
            return self.refuse("C++ text that is very long");
        }
        self.out.push(Statement { kind, span: self.span });
        Ok(())
    }

    /// Runs `write` with a list of its own and returns the list.
    fn separately<T>(&mut self, write: impl FnOnce(&mut Self) -> Written<T>) -> Written<(Vec<Statement>, T)> {
        let outer = std::mem::take(&mut self.out);
        let written = write(self);
        let own = std::mem::replace(&mut self.out, outer);
        Ok((own, written?))
    }

    /// Writes a part that is nested one deeper.
    fn deeper<T>(&mut self, write: impl FnOnce(&mut Self) -> Written<T>) -> Written<T> {
        if self.nesting >= DEEPEST {
            return self.refuse("C++ text that is nested too deep or returns in very many places");
        }
        self.nesting += 1;
        let written = write(self);
        self.nesting -= 1;
        written
    }

    fn block(&self, statements: Vec<Statement>) -> Block {
        Block { statements, span: self.span }
    }

    fn declare(&mut self, name: Arc<str>, symbol: Symbol) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name, symbol);
        }
    }

    fn symbol(&self, name: &str) -> Option<&Symbol> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name))
    }

    /// A name that no text can contain.
    fn fresh_name(&mut self) -> Arc<str> {
        self.fresh += 1;
        format!("value {} of C++", self.fresh).into()
    }

    /// The name of a local variable of C in NMODL: its own, unless NMODL has a local variable of that name.
    fn local_name(&self, name: &Arc<str>) -> Arc<str> {
        if self.routine.locals.contains(name) { format!("{name} of C++").into() } else { name.clone() }
    }

    fn emit_local(&mut self, name: &Arc<str>, length: Option<usize>) -> Written<()> {
        let span = self.span;
        let length = length.map(|length| Count { value: length as i64, span }); // bounded by its caller
        let name = Name { text: name.clone(), span };
        self.emit(StatementKind::Local(vec![LocalVariable { name, length }]))
    }

    /// A new local variable with a value.
    fn new_local(&mut self, value: f64) -> Written<Arc<str>> {
        let name = self.fresh_name();
        self.emit_local(&name, None)?;
        let value = self.constant(value);
        self.assign_name(&name, value);
        Ok(name)
    }

    /// An assignment as a list of its own.
    fn assigned(&self, name: &Arc<str>, value: Expression) -> Vec<Statement> {
        let target = Target { name: Name { text: name.clone(), span: self.span }, index: None };
        vec![Statement { kind: StatementKind::Assign { target, value }, span: self.span }]
    }

    fn assign_name(&mut self, name: &Arc<str>, value: Expression) {
        let assigned = self.assigned(name, value);
        self.out.extend(assigned);
    }

    fn expression(&self, kind: ExpressionKind) -> Expression {
        Expression { kind, span: self.span }
    }

    fn constant(&self, value: f64) -> Expression {
        let is_integer = value.fract() == 0.0 && value.abs() < 1e15;
        let number = Number { text: format!("{}", value.abs()), value: value.abs(), is_integer, unit: None };
        let number = self.expression(ExpressionKind::Number(number));
        if value.is_sign_negative() { self.unary(UnaryOperator::Negate, number) } else { number }
    }

    fn name(&self, name: &Arc<str>) -> Expression {
        self.expression(ExpressionKind::Name(Name { text: name.clone(), span: self.span }))
    }

    fn call(&self, function: &str, arguments: Vec<Expression>) -> Expression {
        self.expression(ExpressionKind::Call(Name { text: function.into(), span: self.span }, arguments))
    }

    fn unary(&self, operator: UnaryOperator, inner: Expression) -> Expression {
        self.expression(ExpressionKind::Unary(operator, Box::new(inner)))
    }

    fn binary(&self, operator: BinaryOperator, left: Expression, right: Expression) -> Expression {
        self.expression(ExpressionKind::Binary(operator, Box::new(left), Box::new(right)))
    }

    /// The whole part of a number.
    fn whole(&self, value: Expression) -> Expression {
        self.call(super::WHOLE, vec![value])
    }

    fn note_held(&mut self, name: &Arc<str>, held: Held) {
        if self.is_search {
            self.needs.held.entry(name.clone()).or_insert(held);
        }
    }

    fn held(&self, name: &str) -> Option<Held> {
        self.needs.held.get(name).copied()
    }
}

/// An expression without its casts.
fn pointer_target(expression: &tree::Expression) -> &tree::Expression {
    match &expression.kind {
        tree::ExpressionKind::Cast(_, inner) => pointer_target(inner),
        _ => expression,
    }
}
