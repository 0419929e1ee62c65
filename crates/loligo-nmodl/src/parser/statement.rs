//! Statements.

use super::{Failed, Parsed, Parser, SyntaxProblem};
use crate::source::Span;
use crate::syntax::{
    BinaryOperator, Block, Condition, LocalVariable, Name, Statement, StatementKind, Table, Target, Verbatim,
    lagged_name,
};
use crate::token::TokenKind;

impl Parser<'_> {
    /// Statements in braces.
    pub(super) fn block(&mut self) -> Parsed<Block> {
        let start = self.expect_sign("{")?;
        let statements = self.statements();
        if self.is_at_block() {
            return self.unclosed(start);
        }
        if !self.take_sign("}") {
            return self.expected("\"}\" at the end of the block");
        }
        Ok(Block { statements, span: self.since(start) })
    }

    /// Reports a block that goes on up to the beginning of another one, and with it the blocks around it.
    fn unclosed<T>(&mut self, start: Span) -> Parsed<T> {
        if self.unclosed_before.replace(self.at) == Some(self.at) {
            return Err(Failed);
        }
        let end = self.span().start.max(start.start);
        let text = self.sources.text(Span { start: start.start, end });
        let comments = text.lines().filter_map(|line| line.find(':').map(|colon| line[colon..].trim()));
        let comment = comments.rev().find(|comment| comment.contains('}')).map(str::to_owned);
        let next = self.text().to_owned();
        self.report(SyntaxProblem::Unclosed { next, comment }, start);
        Err(Failed)
    }

    fn statements(&mut self) -> Vec<Statement> {
        let mut statements: Vec<Statement> = Vec::new();
        while !self.is_sign("}") && !self.is_end() && !self.is_at_block() {
            let start = self.span();
            if self.take_units_switch() {
                continue;
            }
            let before = self.at;
            let kind = match self.deeper(Self::statement) {
                Ok(kind) => kind,
                Err(Failed) if self.is_at_block() => StatementKind::Broken,
                Err(Failed) => {
                    if self.at == before && !self.is_sign("}") {
                        self.next();
                    }
                    self.skip_line();
                    StatementKind::Broken
                }
            };
            if matches!(kind, StatementKind::Local(_)) && !statements.is_empty() {
                let is_local = |statement: &Statement| matches!(statement.kind, StatementKind::Local(_));
                let second = statements.iter().any(is_local);
                let problem = if second { SyntaxProblem::SecondLocal } else { SyntaxProblem::LateLocal };
                self.report(problem, start);
            }
            statements.push(Statement { kind, span: self.since(start) });
        }
        statements
    }

    fn statement(&mut self) -> Parsed<StatementKind> {
        let start = self.span();
        match self.kind().clone() {
            TokenKind::Verbatim(text) => {
                self.next();
                return Ok(StatementKind::Verbatim(Verbatim { text: text.into(), span: start }));
            }
            TokenKind::Sign("~") => return self.relation(),
            TokenKind::Sign("{") => return self.block().map(StatementKind::Block),
            TokenKind::Primed(order) => {
                let span = self.next().span;
                let name = self.name_at(span);
                let index = self.index()?;
                self.expect_sign("=")?;
                let value = self.expression()?;
                return Ok(StatementKind::Derivative { target: Target { name, index }, order, value });
            }
            TokenKind::Word => {}
            _ => return self.expected("a statement"),
        }
        match self.text() {
            "LOCAL" => self.local().map(StatementKind::Local),
            "IF" | "if" => self.conditional(),
            "WHILE" | "while" => {
                self.next();
                let condition = self.condition()?;
                Ok(StatementKind::While { condition, body: self.block()? })
            }
            "FROM" => self.counted(),
            "SOLVE" => self.solve(),
            "CONDUCTANCE" => {
                self.next();
                let conductance = self.name("the variable of a conductance")?;
                let ion = if self.take_word("USEION") { Some(self.name("an ion")?) } else { None };
                Ok(StatementKind::Conductance { conductance, ion })
            }
            "LAG" => self.lag(),
            "TABLE" => self.table(),
            "WATCH" => self.watch(),
            "FOR_NETCONS" => {
                self.next();
                // The weights have the units that NET_RECEIVE gives them.
                let arguments = self.declared_arguments("the name of a weight")?;
                let arguments = arguments.into_iter().map(|argument| argument.name).collect();
                Ok(StatementKind::ForNetcons { arguments, body: self.block()? })
            }
            "INITIAL" => {
                self.next();
                self.block().map(StatementKind::Initial)
            }
            "PROTECT" => {
                self.next();
                let start = self.span();
                let kind = self.deeper(Self::statement)?;
                Ok(StatementKind::Protect(Box::new(Statement { kind, span: self.since(start) })))
            }
            "MUTEXLOCK" | "MUTEXUNLOCK" => {
                self.next();
                Ok(StatementKind::Mutex)
            }
            "COMPARTMENT" | "LONGITUDINAL_DIFFUSION" => self.compartment(),
            "CONSERVE" => self.conserve(),
            "RESET" => self.without_effect("RESET"),
            "SENS" => self.without_effect("SENS"),
            "ELSE" | "else" => self.expected("a statement, or \"}\" before ELSE"),
            _ => self.assignment_or_call(),
        }
    }

    /// `LAG x BY y`, which declares a variable `lag_x_y` of the file.
    fn lag(&mut self) -> Parsed<StatementKind> {
        self.next();
        let variable = self.name("the variable whose past is read")?;
        if !self.take_word("BY") {
            return self.expected("BY behind the variable of LAG");
        }
        let by = self.name("the parameter or constant with the time between")?;
        let name = Name { text: lagged_name(&variable, &by), span: variable.span };
        if !self.lagged.iter().any(|known| known.name.text == name.text) {
            self.lagged.push(LocalVariable { name, length: None });
        }
        Ok(StatementKind::Lag { variable, by })
    }

    /// A statement without effect; the rest of its line is skipped.
    fn without_effect(&mut self, statement: &'static str) -> Parsed<StatementKind> {
        let span = self.next().span;
        self.report(SyntaxProblem::WithoutEffect { statement }, span);
        while !self.token().begins_line && !self.is_sign("}") && !self.is_end() {
            self.next();
        }
        Ok(StatementKind::Mutex)
    }

    fn assignment_or_call(&mut self) -> Parsed<StatementKind> {
        let name = self.name("a statement")?;
        if self.is_sign("(") {
            let (arguments, _) = self.arguments()?;
            return Ok(StatementKind::Call { name, arguments });
        }
        let index = self.index()?;
        if self.is_sign("'") || !self.is_sign("=") {
            return self.expected("\"=\" or \"(\" behind a name");
        }
        self.next();
        let value = self.expression()?;
        Ok(StatementKind::Assign { target: Target { name, index }, value })
    }

    /// `[index]`, if present.
    pub(super) fn index(&mut self) -> Parsed<Option<crate::syntax::Expression>> {
        if !self.take_sign("[") {
            return Ok(None);
        }
        let index = self.expression()?;
        self.expect_sign("]")?;
        Ok(Some(index))
    }

    /// LOCAL and its names.
    pub(super) fn local(&mut self) -> Parsed<Vec<LocalVariable>> {
        self.expect_word("LOCAL")?;
        let mut variables = Vec::new();
        loop {
            let name = self.name("the name of a variable")?;
            let mut length = None;
            if self.take_sign("[") {
                length = Some(self.count("the length of an array")?);
                self.expect_sign("]")?;
            }
            // A unit has no meaning here.
            if self.is_sign("(") {
                self.unit()?;
            }
            variables.push(LocalVariable { name, length });
            if !self.take_sign(",") {
                return Ok(variables);
            }
        }
    }

    fn condition(&mut self) -> Parsed<crate::syntax::Expression> {
        self.expect_sign("(")?;
        let condition = self.expression()?;
        if self.is_sign("=") {
            return self.expected("\")\"; to compare, write ==");
        }
        self.expect_sign(")")?;
        Ok(condition)
    }

    fn conditional(&mut self) -> Parsed<StatementKind> {
        self.next();
        let condition = self.condition()?;
        let then = self.block()?;
        let mut otherwise = None;
        if self.take_word("else") || self.take_word("ELSE") {
            otherwise = Some(if self.is_word("if") || self.is_word("IF") {
                let start = self.span();
                let kind = self.deeper(Self::conditional)?;
                let span = self.since(start);
                Block { statements: vec![Statement { kind, span }], span }
            } else {
                self.block()?
            });
        }
        Ok(StatementKind::If { condition, then, otherwise })
    }

    fn counted(&mut self) -> Parsed<StatementKind> {
        self.next();
        let variable = self.name("the variable that counts")?;
        self.expect_sign("=")?;
        let from = self.expression()?;
        self.expect_word("TO")?;
        let to = self.expression()?;
        let by = if self.take_word("BY") { Some(self.expression()?) } else { None };
        Ok(StatementKind::From { variable, from, to, by, body: self.block()? })
    }

    fn solve(&mut self) -> Parsed<StatementKind> {
        self.next();
        let block = self.name("the name of the block to solve")?;
        let steady_state = self.take_word("STEADYSTATE");
        let has_method = steady_state || self.take_word("METHOD") || self.take_word("USING");
        let method = if has_method { Some(self.name("a method of solution")?) } else { None };
        let if_error = if self.take_word("IFERROR") { Some(self.block()?) } else { None };
        Ok(StatementKind::Solve { block, steady_state, method, if_error })
    }

    fn table(&mut self) -> Parsed<StatementKind> {
        self.next();
        let names = |parser: &mut Self| if parser.is_name() { parser.names("a variable") } else { Ok(Vec::new()) };
        let variables = names(self)?;
        let mut depends = Vec::new();
        if self.take_word("DEPEND") {
            depends = self.names("a variable")?;
        }
        self.expect_word("FROM")?;
        let from = self.expression()?;
        self.expect_word("TO")?;
        let to = self.expression()?;
        self.expect_word("WITH")?;
        let intervals = self.count("the number of intervals, a whole number")?;
        Ok(StatementKind::Table(Box::new(Table { variables, depends, from, to, intervals })))
    }

    fn watch(&mut self) -> Parsed<StatementKind> {
        self.next();
        let mut conditions = Vec::new();
        loop {
            self.expect_sign("(")?;
            let least = BinaryOperator::Add.precedence();
            let left = self.operand_of(least)?;
            let operator = match () {
                () if self.take_sign(">") => BinaryOperator::Greater,
                () if self.take_sign("<") => BinaryOperator::Less,
                () => return self.expected("\">\" or \"<\""),
            };
            let right = self.operand_of(least)?;
            self.expect_sign(")")?;
            let flag = self.operand_of(BinaryOperator::Power.precedence())?;
            conditions.push(Condition { left, operator, right, flag });
            if !self.take_sign(",") {
                return Ok(StatementKind::Watch(conditions));
            }
        }
    }
}
