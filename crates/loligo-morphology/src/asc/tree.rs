//! The grammar of ASC: objects, properties, branches.
//!
//! Nesting is tracked with an explicit stack, so that no file, however deeply nested, can overflow
//! the program's stack.

pub(super) use super::objects::{Contour, Objects};

use crate::asc::lexer::{Kind, Token};
use crate::asc::parser::Parser;
use crate::error::MorphologyError;
use crate::line_fault::shortened;
use crate::parsed_section::{ParsedPoint, ParsedSection};
use crate::warning::Warning;

/// Reads all objects.
pub(super) fn parse(tokens: &[Token<'_>], warnings: &mut Vec<Warning>) -> Result<Objects, MorphologyError> {
    let mut parser = Parser {
        tokens,
        position: 0,
        objects: Objects { contours: Vec::new(), trees: Vec::new() },
        warnings,
        zero_diameters: Vec::new(),
        duplicates: Vec::new(),
    };
    parser.file()?;
    let Parser { objects, zero_diameters, duplicates, warnings, .. } = parser;
    if !zero_diameters.is_empty() {
        warnings.push(Warning::ZeroDiameters { lines: zero_diameters });
    }
    if !duplicates.is_empty() {
        warnings.push(Warning::DuplicatePoints { lines: duplicates });
    }
    Ok(objects)
}

impl<'t> Parser<'t, '_> {
    fn file(&mut self) -> Result<(), MorphologyError> {
        if self.current() == Kind::End {
            return Err(MorphologyError::Empty);
        }
        if self.current() != Kind::Open {
            return Err(self.expected("an opening bracket"));
        }
        // Lines of the sets that contain the current object.
        let mut sets = Vec::new();
        loop {
            self.skip_comma();
            match (self.current(), sets.last()) {
                (Kind::Open, _) if self.peek(1) == Kind::Set => {
                    sets.push(self.line());
                    self.advance();
                    self.advance();
                    if let Kind::Text(_) = self.current() {
                        self.advance();
                    }
                }
                (Kind::Open, _) => self.object()?,
                (Kind::Close, Some(_)) => {
                    sets.pop();
                    self.advance();
                }
                (Kind::End, Some(&line)) => return Err(MorphologyError::UnclosedBracket { line }),
                (_, Some(_)) => {
                    return Err(self.expected("an object or the closing bracket of the set"));
                }
                (Kind::End, None) => return Ok(()),
                (_, None) => {
                    self.warnings.push(Warning::TrailingText { line: self.line() });
                    return Ok(());
                }
            }
        }
    }

    /// An object other than a set; the current token is its opening bracket.
    fn object(&mut self) -> Result<(), MorphologyError> {
        match self.peek(1) {
            Kind::Text(name) => self.contour(name),
            // A marker, or a property such as an image's coordinates.
            Kind::Label(_) => self.skip_block(),
            Kind::Open => self.tree_or_text(),
            _ => {
                self.warnings.push(Warning::BlockLeftOut { line: self.line() });
                self.skip_block()
            }
        }
    }

    fn contour(&mut self, name: &str) -> Result<(), MorphologyError> {
        let line = self.line();
        if !matches!(name, "CellBody" | "Cell Body" | "Soma") {
            let start = self.position;
            self.skip_block()?;
            if looks_like_soma(name) || is_marked_as_soma(&self.tokens[start..self.position]) {
                self.warnings.push(Warning::NotASoma { line, name: shortened(name) });
            }
            return Ok(());
        }
        self.advance();
        self.advance();
        let mut points = Vec::new();
        loop {
            self.skip_comma();
            match (self.current(), self.peek(1)) {
                (Kind::Close, _) => break,
                (Kind::Open, Kind::Number(_)) => points.push(self.point()?),
                (Kind::Open, _) => {
                    if !points.is_empty() {
                        self.warnings.push(Warning::MisplacedBlock { line: self.line() });
                    }
                    self.skip_block()?;
                }
                (Kind::End, _) => return Err(MorphologyError::UnclosedBracket { line }),
                _ => return Err(self.expected("a point or the closing bracket of the contour")),
            }
        }
        self.advance();
        if points.len() > 2 {
            self.objects.contours.push(Contour { points, line });
        } else {
            self.warnings.push(Warning::ShortContour { line, points: points.len() });
        }
        Ok(())
    }

    fn tree_or_text(&mut self) -> Result<(), MorphologyError> {
        let line = self.line();
        let start = self.position;
        self.advance();
        let last_property = self.properties()?;
        let is_text = self.is_text()?;
        if is_text {
            self.position = start;
            return self.skip_block();
        }
        let code = match last_property.last {
            Some("Axon") => 2,
            Some("Dendrite") => 3,
            Some("Apical") => 4,
            _ => 0,
        };
        if code == 0 {
            self.warnings.push(match last_property.overruled {
                Some(kind) => Warning::TypeNotLast { line, kind: kind.into() },
                None if last_property.is_soma => Warning::SomaAsTree { line },
                None => Warning::UntypedTree { line },
            });
        }
        self.tree(code, line)
    }

    /// True if a point, a text and a closing bracket follow. Does not consume tokens.
    fn is_text(&mut self) -> Result<bool, MorphologyError> {
        if self.current() != Kind::Open {
            return Ok(false);
        }
        let here = self.position;
        self.skip_block()?;
        let is_text = matches!(self.current(), Kind::Text(_)) && self.peek(1) == Kind::Close;
        self.position = here;
        Ok(is_text)
    }

    /// The properties at the start of a tree.
    fn properties(&mut self) -> Result<Properties<'t>, MorphologyError> {
        let mut properties = Properties::default();
        loop {
            self.skip_comma();
            match (self.current(), self.peek(1)) {
                (Kind::Open, Kind::Label(name)) => {
                    let line = self.line();
                    if self.skip_property()? {
                        if let Some(kind @ ("Axon" | "Dendrite" | "Apical")) = properties.last {
                            properties.overruled = Some(kind);
                        }
                        properties.is_soma |= looks_like_soma(name);
                        properties.last = Some(name);
                    } else {
                        self.warnings.push(Warning::MisplacedBlock { line });
                    }
                }
                (Kind::Open, Kind::Set) => self.skip_block()?,
                _ => return Ok(properties),
            }
        }
    }

    /// Skips a bracket that begins with a label; returns true if it is a plain property, which
    /// contains no bracket except that of a colour.
    fn skip_property(&mut self) -> Result<bool, MorphologyError> {
        let start = self.position;
        self.skip_block()?;
        let inner = &self.tokens[start + 1..self.position];
        let plain = inner.windows(2).all(|pair| pair[1].kind != Kind::Open || pair[0].kind == Kind::Rgb);
        Ok(plain)
    }

    /// A tree from its first point to its closing bracket.
    fn tree(&mut self, code: i32, tree_line: usize) -> Result<(), MorphologyError> {
        // The parent section for the branches of the current split, and the enclosing parents of
        // each open split.
        let mut parent = None;
        let mut splits: Vec<(Option<usize>, usize)> = Vec::new();
        'branch: loop {
            let section = self.branch(code, parent)?;
            if self.current() == Kind::Open {
                splits.push((parent, self.line()));
                self.advance();
                parent = section.or(parent);
                continue 'branch;
            }
            loop {
                match (self.current(), splits.last()) {
                    (Kind::Bar, Some(_)) => {
                        self.advance();
                        continue 'branch;
                    }
                    (Kind::Close, _) => {
                        self.advance();
                        match splits.pop() {
                            Some((outer, _)) => parent = outer,
                            None => return Ok(()),
                        }
                    }
                    (Kind::End, split) => {
                        let line = split.map_or(tree_line, |&(_, line)| line);
                        return Err(MorphologyError::UnclosedBracket { line });
                    }
                    (_, Some(_)) => return Err(self.expected("a point, | or a closing bracket")),
                    (_, None) => return Err(self.expected("a point or a closing bracket")),
                }
                self.skip_terminator()?;
            }
        }
    }

    /// Reads the points of a branch and its terminator, up to the bracket of its daughters, `|` or
    /// `)`. Returns the new section, if the branch has points.
    fn branch(&mut self, code: i32, parent: Option<usize>) -> Result<Option<usize>, MorphologyError> {
        let line = self.line();
        let mut own = Vec::new();
        let mut first_line = None;
        // NEURON accepts one marker or property before the points, and any number after them.
        let mut blocks_since_point = Vec::new();
        let mut at_start = true;
        loop {
            self.skip_comma();
            let here = self.line();
            match (self.current(), self.peek(1)) {
                (Kind::Open, Kind::Number(_)) => {
                    let misplaced = blocks_since_point.drain(..);
                    self.warnings.extend(misplaced.map(|line| Warning::MisplacedBlock { line }));
                    let point = self.point()?;
                    self.note_oddities(own.last(), &point, here);
                    first_line.get_or_insert(here);
                    own.push(point);
                    self.skip_spines()?;
                }
                (Kind::Open, Kind::Label(_)) if at_start && self.peek(2) == Kind::Open => {
                    let points = self.marker()?;
                    if !points.is_empty() {
                        self.warnings.push(Warning::MarkerInBranch { line: here });
                        first_line.get_or_insert(here);
                        own.extend(points);
                    }
                }
                (Kind::Open, Kind::Label(_)) => {
                    self.skip_block()?;
                    if !at_start {
                        blocks_since_point.push(here);
                    }
                }
                _ => break,
            }
            at_start = false;
        }
        self.skip_terminator()?;
        let Some(first) = own.first() else {
            self.warnings.push(Warning::EmptyBranch { line });
            return Ok(None);
        };
        let mut points = Vec::with_capacity(own.len() + 1);
        let parent_end = parent.and_then(|parent: usize| self.objects.trees[parent].points.last());
        if let Some(end) = parent_end
            && !end.same_place(first)
        {
            points.push(ParsedPoint { at: end.at, diameter: first.diameter, line: end.line });
        }
        points.extend(own);
        self.objects.trees.push(ParsedSection {
            code,
            points,
            parent,
            parent_x: 1.0,
            wired: false,
            line: first_line.unwrap_or(line),
        });
        Ok(Some(self.objects.trees.len() - 1))
    }

    fn note_oddities(&mut self, before: Option<&ParsedPoint>, point: &ParsedPoint, line: usize) {
        if point.diameter == 0.0 {
            push_line(&mut self.zero_diameters, line);
        }
        if before.is_some_and(|before| before.same_place(point)) {
            push_line(&mut self.duplicates, line);
        }
    }

    /// The points of a marker: `(Name properties points)`.
    fn marker(&mut self) -> Result<Vec<ParsedPoint>, MorphologyError> {
        let line = self.line();
        self.advance();
        self.advance();
        let mut points = Vec::new();
        loop {
            self.skip_comma();
            match (self.current(), self.peek(1)) {
                (Kind::Open, Kind::Number(_)) => points.push(self.point()?),
                (Kind::Open, _) => self.skip_block()?,
                (Kind::Close, _) => {
                    self.advance();
                    return Ok(points);
                }
                (Kind::End, _) => return Err(MorphologyError::UnclosedBracket { line }),
                _ => self.advance(),
            }
        }
    }

    /// Terminators such as `Normal`, and markers between or after them.
    fn skip_terminator(&mut self) -> Result<(), MorphologyError> {
        loop {
            self.skip_comma();
            match (self.current(), self.peek(1)) {
                (Kind::Label(_), _) => self.advance(),
                (Kind::Open, Kind::Label(_)) => self.skip_block()?,
                _ => return Ok(()),
            }
        }
    }

    fn skip_spines(&mut self) -> Result<(), MorphologyError> {
        while self.current() == Kind::SpineOpen {
            let line = self.line();
            while self.current() != Kind::SpineClose {
                if self.current() == Kind::End {
                    return Err(MorphologyError::UnclosedBracket { line });
                }
                self.advance();
            }
            self.advance();
        }
        Ok(())
    }

    /// `(x y z diameter label)`, with commas or without; z, diameter and label may be missing.
    fn point(&mut self) -> Result<ParsedPoint, MorphologyError> {
        let line = self.line();
        self.advance();
        let mut values = [self.number()?, 0.0, 0.0, 0.0];
        self.skip_comma();
        values[1] = self.number()?;
        for value in &mut values[2..] {
            self.skip_comma();
            if let Kind::Number(_) = self.current() {
                *value = self.number()?;
            } else {
                break;
            }
        }
        // A label, control points of a curve, and additions of newer versions.
        loop {
            match self.current() {
                Kind::Close => break,
                Kind::Open => self.skip_block()?,
                Kind::End => return Err(MorphologyError::UnclosedBracket { line }),
                _ => self.advance(),
            }
        }
        self.advance();
        let [x, y, z, diameter] = values;
        Ok(ParsedPoint { at: [x, y, z], diameter, line: line as u32 })
    }
}

/// Notes a line once, even if it contains several points.
fn push_line(lines: &mut Vec<usize>, line: usize) {
    if lines.last() != Some(&line) {
        lines.push(line);
    }
}

/// The properties before a tree's first point.
#[derive(Default)]
struct Properties<'t> {
    /// The last property: it determines the type.
    last: Option<&'t str>,
    /// A type that is followed by another property and therefore has no effect.
    overruled: Option<&'t str>,
    /// True if one of them was `(CellBody)`.
    is_soma: bool,
}

/// True for names commonly given to cell bodies; NEURON accepts only three exact names.
fn looks_like_soma(name: &str) -> bool {
    const LONGEST: usize = 40;
    let letters = name.chars().filter(|c| c.is_alphabetic()).take(LONGEST).collect::<String>().to_lowercase();
    let rest = letters.strip_prefix("cellbody").or_else(|| letters.strip_prefix("soma"));
    rest.is_some_and(|rest| matches!(rest, "" | "s" | "contour" | "outline"))
}

/// True if the block has a property such as `(CellBody)` at its outermost level.
fn is_marked_as_soma(block: &[Token<'_>]) -> bool {
    let mut depth = 0_usize;
    block.windows(3).any(|tokens| {
        match tokens[0].kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        let [Kind::Open, Kind::Label(name), Kind::Close] = [0, 1, 2].map(|i| tokens[i].kind) else { return false };
        depth == 2 && looks_like_soma(name)
    })
}
