//! LONGITUDINAL_DIFFUSION: diffusion of states along sections.

use crate::lower::Lowering;
use crate::lower::body::{Body, Mode, Phase};
use crate::model::{Expression, Kind, LocalId, RoutineId, RoutineKind, Statement, StatementKind, VariableId};
use crate::program::{Diffusion, Place};
use crate::source::Span;

/// A statement: the index over arrays, the coefficient, the states and the place in the text.
type Diffusing<'a> = (Option<LocalId>, &'a Expression, &'a [VariableId], Span);

fn collect<'a>(statements: &'a [Statement], found: &mut Vec<Diffusing<'a>>) {
    for statement in statements {
        match &statement.kind {
            StatementKind::Diffusion { index, coefficient, states } => {
                found.push((*index, coefficient, states, statement.span));
            }
            StatementKind::If { then, otherwise, .. } => {
                collect(then, found);
                collect(otherwise, found);
            }
            StatementKind::While { body, .. } | StatementKind::From { body, .. } => collect(body, found),
            _ => {}
        }
    }
}

impl Lowering<'_> {
    /// The diffusing columns, in the order of the statements; an array gives one entry per element.
    pub(in crate::lower) fn diffusion(&mut self) -> Vec<Diffusion> {
        let model = self.model;
        if model.kind != Kind::Density {
            return Vec::new();
        }
        let kinetic = (0..).map(RoutineId).zip(&model.routines).filter(|(_, own)| own.kind == RoutineKind::Kinetic);
        let mut all: Vec<Diffusion> = Vec::new();
        for (id, routine) in kinetic {
            let mut found = Vec::new();
            collect(&routine.body, &mut found);
            for (index, coefficient, states, span) in found {
                for &state in states {
                    for element in 0..model.variable(state).elements() as u32 {
                        let Some(Place::Column(column)) = self.slots.element(state, element) else { continue };
                        if all.iter().any(|known| known.column == column) {
                            continue;
                        }
                        let known = self.one_diffusion((id, span), (state, element, column), (index, coefficient));
                        all.push(known);
                    }
                }
            }
        }
        all
    }

    fn one_diffusion(
        &mut self,
        (id, span): (RoutineId, Span),
        (state, element, column): (VariableId, u32, u32),
        (index, coefficient): (Option<LocalId>, &Expression),
    ) -> Diffusion {
        let model = self.model;
        let outer = std::mem::replace(&mut self.body, Body::new(Some(id), Phase::Any, Mode::Plain));
        self.body.span = span;
        self.declare_locals(model.routine(id));
        let [conductance, volume] = [(); 2].map(|()| Place::Temporary(self.temporaries(1).first));
        self.set_index(index, element as i32);
        let x = self.real(coefficient);
        self.body.store(conductance, x);
        let x = match self.volume(id, state) {
            Some((index, expression)) => {
                self.set_index(index, element as i32);
                self.real(&expression)
            }
            None => self.body.constant(1.0),
        };
        self.body.store(volume, x);
        let body = std::mem::replace(&mut self.body, outer);
        let name = format!("diffusion of {}", model.variable(state).name);
        let program = self.programs.add(body.finish(name, 0, None));
        Diffusion { column, program, conductance, volume }
    }
}
