//! Joins the sections and branches of a builder to one tree.

use std::collections::hash_map::Entry;

use loligo_morphology::{Attachment, End, SectionKind};

use super::{CellBuilder, GrownSection};
use crate::cell::Cell;
use crate::cell::build_error::BuildError;
use crate::cell::section::Section;

impl CellBuilder {
    /// The sections without a parent, in the order in which they were added.
    pub(super) fn roots(&self) -> impl Iterator<Item = &GrownSection> {
        self.roots.iter().map(|&(_, index)| &self.sections[index])
    }

    pub(super) fn root_of(&mut self, mut section: usize) -> usize {
        while self.nearer_root[section] != section {
            let next = self.nearer_root[section];
            self.nearer_root[section] = self.nearer_root[next];
            section = next;
        }
        section
    }

    /// Adds a section without a parent and makes it current.
    pub(super) fn start(&mut self, section: Section, kind_is_given: bool) -> usize {
        let index = self.sections.len();
        self.check_name(&section.name);
        if self.by_name.insert(section.name.clone(), index).is_some() {
            self.fail(BuildError::DuplicateName { name: section.name.clone() });
        }
        let section = Section { parent: None, ..section };
        let step = self.steps.end;
        self.sections.push(GrownSection { section, kind_is_given, parent: None, started: step, step });
        self.roots.insert((step, index));
        self.nearer_root.push(index);
        self.steps.end += 1;
        self.move_to(index);
        index
    }

    pub(super) fn add_child(mut self, child: Section, kind_is_given: bool) -> Self {
        let (stays_at, position) = (self.current, self.position);
        self = self.append_child(child, kind_is_given);
        (self.current, self.position) = (stays_at, position);
        self
    }

    pub(super) fn append_child(mut self, child: Section, kind_is_given: bool) -> Self {
        let Some(parent) = self.current else {
            self.fail(BuildError::NothingToGrowFrom { section: child.name });
            return self;
        };
        let x = self.position;
        let child = self.start(child, kind_is_given);
        self.connect_root(child, parent, x);
        self
    }

    pub(super) fn connect(&mut self, section: usize, parent: usize, x: f64) {
        let is_above = self.root_of(parent) == section;
        let name = |index: usize| self.sections[index].section.name.clone();
        if let Some(at) = &self.sections[section].parent {
            self.fail(BuildError::AlreadyAttached { section: name(section), parent: name(at.parent) });
        } else if is_above {
            self.fail(BuildError::Cycle { section: name(section), parent: name(parent) });
        } else {
            self.connect_root(section, parent, x);
        }
    }

    /// Connects the root of a tree that does not contain `parent`.
    fn connect_root(&mut self, section: usize, parent: usize, x: f64) {
        if !(0.0..=1.0).contains(&x) {
            return self.fail(BuildError::Position { section: self.sections[parent].section.name.clone(), x });
        }
        let grown = &mut self.sections[section];
        grown.parent = Some(Attachment { parent, parent_x: x, child_end: End::Zero });
        grown.step = self.steps.end;
        self.roots.remove(&(grown.started, section));
        self.nearer_root[section] = parent;
        self.steps.end += 1;
    }

    /// Takes over the sections of a branch and connects its root to the current section; returns the root's index.
    pub(super) fn graft(&mut self, branch: CellBuilder) -> Option<usize> {
        if let Some(error) = &branch.error {
            self.fail(error.clone());
        }
        let Some(&(_, root)) = branch.roots.first() else {
            let parent = self.current.map(|current| self.sections[current].section.name.clone());
            self.fail(BuildError::EmptyBranch { parent });
            return None;
        };
        let soma = branch.roots().find(|grown| grown.section.kind == SectionKind::Soma);
        let own =
            self.current.map(|current| self.root_of(current)).map(|root| self.sections[root].section.name.clone());
        let name = branch.sections[root].section.name.clone();
        let Cell { painted, points, section_lists, own: own_values, .. } = &branch.cell;
        if !(painted.is_empty() && points.is_empty() && section_lists.is_empty() && own_values.is_empty()) {
            self.fail(BuildError::MoreThanSections { section: name.clone() });
        }
        match (own, soma) {
            (Some(own), Some(soma)) => {
                self.fail(BuildError::SecondSoma { first: own, second: soma.section.name.clone() });
            }
            (None, _) => self.fail(BuildError::NothingToGrowFrom { section: name }),
            (Some(_), None) => {}
        }
        let root = self.join(branch, root);
        if let Some(current) = self.current {
            self.connect_root(root, current, self.position);
        }
        Some(root)
    }

    /// Takes over the sections of a branch, as if they had been added now; returns the new index of one of them.
    ///
    /// The smaller set of sections is moved into the larger one, so that a branch that is passed on a thousand times is
    /// not copied a thousand times.
    fn join(&mut self, mut branch: CellBuilder, section: usize) -> usize {
        let is_larger = branch.sections.len() > self.sections.len();
        let (own_steps, steps_of_branch) = (self.steps.clone(), branch.steps.clone());
        if is_larger {
            std::mem::swap(&mut self.sections, &mut branch.sections);
            std::mem::swap(&mut self.nearer_root, &mut branch.nearer_root);
            std::mem::swap(&mut self.by_name, &mut branch.by_name);
            std::mem::swap(&mut self.roots, &mut branch.roots);
        }
        // Now `branch` holds fewer sections. Its steps come after those of the others, or before them.
        let first = self.sections.len();
        let (shift, steps) = if is_larger {
            let shift = steps_of_branch.start - own_steps.end;
            (shift, own_steps.start + shift..steps_of_branch.end)
        } else {
            let shift = own_steps.end - steps_of_branch.start;
            (shift, own_steps.start..steps_of_branch.end + shift)
        };
        self.steps = steps;
        // If several names occur in both, the one that comes first in the branch is reported.
        let mut twice: Option<(i64, String)> = None;
        for (index, mut grown) in branch.sections.into_iter().enumerate() {
            if let Some(parent) = &mut grown.parent {
                parent.parent += first;
            }
            grown.started += shift;
            grown.step += shift;
            let name = grown.section.name.clone();
            match self.by_name.entry(name) {
                Entry::Occupied(mut other) => {
                    let of_branch = if is_larger { &self.sections[*other.get()] } else { &grown };
                    if twice.as_ref().is_none_or(|(started, _)| of_branch.started < *started) {
                        twice = Some((of_branch.started, grown.section.name.clone()));
                    }
                    if !is_larger {
                        other.insert(first + index);
                    }
                }
                Entry::Vacant(free) => {
                    free.insert(first + index);
                }
            }
            self.sections.push(grown);
        }
        if let Some((_, name)) = twice {
            self.fail(BuildError::DuplicateName { name });
        }
        self.nearer_root.extend(branch.nearer_root.iter().map(|nearer| first + nearer));
        self.roots.extend(branch.roots.into_iter().map(|(started, index)| (started + shift, first + index)));
        if !is_larger {
            return first + section;
        }
        self.current = self.current.map(|current| first + current);
        self.continued.iter_mut().for_each(|index| *index += first);
        section
    }

    /// The sections in the order of the cell: its previous ones, then in the order of connection, but none before its
    /// parent.
    pub(super) fn order(&self) -> Result<Vec<usize>, BuildError> {
        let name = |grown: &GrownSection| grown.section.name.clone();
        let is_soma = |grown: &&GrownSection| grown.section.kind == SectionKind::Soma;
        let somata: Vec<String> = self.roots().filter(is_soma).map(name).collect();
        if let [first, second, ..] = somata.as_slice() {
            return Err(BuildError::SecondSoma { first: first.clone(), second: second.clone() });
        }
        let free: Vec<String> = self.roots().filter(|root| !is_soma(root)).map(name).collect();
        if !free.is_empty() {
            return Err(BuildError::Disconnected { sections: free });
        }
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); self.sections.len()];
        for (index, grown) in self.sections.iter().enumerate() {
            if let Some(at) = &grown.parent {
                children[at.parent].push(index);
            }
        }
        // A section belongs to the cell from the last of the connections on its path to the root.
        let mut reached: Vec<(i64, usize, i64, usize)> = Vec::with_capacity(self.sections.len());
        let roots = self.roots.iter().map(|&(_, root)| root);
        reached.extend(roots.map(|root| (self.sections[root].step, 0, self.sections[root].step, root)));
        let mut next = 0;
        while let Some(&(joined, depth, _, parent)) = reached.get(next) {
            let child = |&child: &usize| {
                let step = self.sections[child].step;
                (joined.max(step), depth + 1, step, child)
            };
            reached.extend(children[parent].iter().map(child));
            next += 1;
        }
        if reached.len() < self.sections.len() {
            // Only a cell that is extended can have sections in a cycle.
            let mut is_reached = vec![false; self.sections.len()];
            reached.into_iter().for_each(|(.., index)| is_reached[index] = true);
            let free = self.sections.iter().zip(is_reached).filter(|(_, is_reached)| !is_reached);
            let mut free: Vec<&GrownSection> = free.map(|(grown, _)| grown).collect();
            free.sort_by_key(|grown| grown.started);
            return Err(BuildError::Disconnected { sections: free.into_iter().map(name).collect() });
        }
        reached.sort_unstable();
        let mut is_continued = vec![false; self.sections.len()];
        self.continued.iter().for_each(|&index| is_continued[index] = true);
        let grown = reached.into_iter().map(|(.., index)| index).filter(|&index| !is_continued[index]);
        Ok(self.continued.iter().copied().chain(grown).collect())
    }
}
