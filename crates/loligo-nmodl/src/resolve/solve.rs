//! SOLVE.

use super::MeaningProblem;
use super::body::Body;
use crate::model::{Method, RoutineKind, Solve, StatementKind};
use crate::source::Span;
use crate::syntax::Name;

impl Body<'_, '_> {
    /// SOLVE; a SOLVE in BREAKPOINT runs in the state phase, at any place in the block.
    pub(super) fn solve(
        &mut self,
        block: &Name,
        steady_state: bool,
        method: Option<&Name>,
        span: Span,
    ) -> Option<StatementKind> {
        let Some(&routine) = self.resolver.routines.get(&block.text) else {
            let help = "write it as a DERIVATIVE, KINETIC, LINEAR, NONLINEAR or PROCEDURE".to_owned();
            let name = block.text.to_string();
            self.report(MeaningProblem::Unknown { what: "block", name, help }, block.span);
            return None;
        };
        let kind = self.resolver.model.routine(routine).kind;
        let spelling = method.map(|method| &*method.text);
        let method = match method_of(kind, spelling, steady_state) {
            Ok(method) => method,
            Err((block, remedy)) => {
                let problem = MeaningProblem::Method { block, method: spelling.map(str::to_owned), remedy };
                self.report(problem, method.map_or(span, |method| method.span));
                return None;
            }
        };
        if kind == RoutineKind::Derivative && routine < self.id() {
            self.report(MeaningProblem::SolvedLater { name: block.text.to_string() }, span);
        }
        if method == Method::Call && self.resolver.model.routine(routine).arguments > 0 {
            let (name, expected) = (block.text.to_string(), "no arguments where it is solved".to_owned());
            let found = self.resolver.model.routine(routine).arguments;
            self.report(MeaningProblem::Arguments { name, expected, found }, block.span);
        }
        self.calls.push(routine);
        let solve = Solve { routine, method, steady_state, span };
        if self.kind != RoutineKind::Breakpoint {
            return Some(StatementKind::Solve(solve));
        }
        self.resolver.model.solves.push(solve);
        None
    }

    /// A DERIVATIVE block that is called like a procedure; the call takes one step.
    pub(super) fn solve_once(&mut self, block: &Name, span: Span) -> Option<StatementKind> {
        let method = self.resolver.methods.get(&block.text).cloned().flatten();
        if method.as_deref() != Some("cnexp") {
            let (found, expected) = ("a block that is solved", "a function or procedure");
            self.report(MeaningProblem::WrongKind { name: block.text.to_string(), found, expected }, block.span);
            return None;
        }
        let routine = self.resolver.routines.get(&block.text).copied()?;
        self.calls.push(routine);
        Some(StatementKind::Solve(Solve { routine, method: Method::Cnexp, steady_state: false, span }))
    }
}

/// The method of a name for a kind of block; for an invalid method the description of the block and the replacement.
fn method_of(kind: RoutineKind, method: Option<&str>, steady_state: bool) -> Result<Method, (&'static str, String)> {
    let known = |methods: &[(&str, Method)], block, usual: &str| {
        let found = methods.iter().find(|(name, _)| Some(*name) == method);
        found.map(|(_, method)| *method).ok_or_else(|| (block, format!("write METHOD {usual}")))
    };
    match kind {
        RoutineKind::Procedure => match method {
            None | Some("after_cvode" | "cvode_t" | "cvode_t_v") => Ok(Method::Call),
            Some(_) => {
                Err(("a PROCEDURE", "write its equations in a DERIVATIVE block, or leave out METHOD".to_owned()))
            }
        },
        RoutineKind::Derivative if steady_state => known(
            &[("derivimplicit", Method::Derivimplicit)],
            "the steady state of a DERIVATIVE block",
            "derivimplicit",
        ),
        RoutineKind::Derivative if method.is_none() => Ok(Method::Rates),
        RoutineKind::Derivative => known(
            &[
                ("cnexp", Method::Cnexp),
                ("derivimplicit", Method::Derivimplicit),
                ("euler", Method::Euler),
                ("runge", Method::Runge),
                ("after_cvode", Method::Rates),
            ],
            "a DERIVATIVE block",
            "cnexp if each equation is linear in its own state, else METHOD derivimplicit",
        ),
        RoutineKind::Kinetic if steady_state => {
            known(&[("sparse", Method::Sparse)], "the steady state of a KINETIC block", "sparse")
        }
        RoutineKind::Kinetic => known(
            &[("sparse", Method::Sparse), ("euler", Method::Euler), ("runge", Method::Runge)],
            "a KINETIC block",
            "sparse",
        ),
        RoutineKind::Linear => Ok(Method::Linear),
        RoutineKind::Nonlinear => match method {
            None | Some("newton") => Ok(Method::Newton),
            Some(_) => Err(("a NONLINEAR block", "write METHOD newton, or leave it out".to_owned())),
        },
        _ => Err(("a function", "solve a DERIVATIVE, KINETIC, LINEAR, NONLINEAR or PROCEDURE block".to_owned())),
    }
}
