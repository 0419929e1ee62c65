//! The NEURON block.

use super::{Parsed, Parser};
use crate::syntax::{IonDeclaration, NeuronEntry};
use crate::token::TokenKind;

impl Parser<'_> {
    pub(super) fn neuron_entry(&mut self) -> Parsed<Option<NeuronEntry>> {
        const WHAT: &str = "an entry of the NEURON block, such as SUFFIX, USEION or RANGE";
        if *self.kind() != TokenKind::Word {
            return self.expected(WHAT);
        }
        let word = self.text().to_owned();
        let names = |parser: &mut Self| {
            parser.next();
            parser.names("the name of a variable")
        };
        Ok(Some(match word.as_str() {
            "SUFFIX" => {
                self.next();
                NeuronEntry::Suffix(self.name("the name of the mechanism")?)
            }
            "POINT_PROCESS" => {
                self.next();
                NeuronEntry::PointProcess(self.name("the name of the point process")?)
            }
            "ARTIFICIAL_CELL" => {
                self.next();
                NeuronEntry::ArtificialCell(self.name("the name of the artificial cell")?)
            }
            "USEION" => NeuronEntry::UseIon(self.ion()?),
            "NONSPECIFIC_CURRENT" => NeuronEntry::NonspecificCurrent(names(self)?),
            "ELECTRODE_CURRENT" => NeuronEntry::ElectrodeCurrent(names(self)?),
            "RANGE" => NeuronEntry::Range(names(self)?),
            "GLOBAL" => NeuronEntry::Global(names(self)?),
            "POINTER" => NeuronEntry::Pointer(names(self)?),
            "BBCOREPOINTER" => NeuronEntry::BbcorePointer(names(self)?),
            "EXTERNAL" => NeuronEntry::External(names(self)?),
            "RANDOM" => NeuronEntry::Random(names(self)?),
            "THREADSAFE" => NeuronEntry::ThreadSafe(self.next().span),
            "REPRESENTS" => {
                self.represents();
                return Ok(None);
            }
            _ => return self.expected(WHAT),
        }))
    }

    fn represents(&mut self) {
        self.next();
        if matches!(self.kind(), TokenKind::Text(_)) {
            self.next();
        }
    }

    fn ion(&mut self) -> Parsed<IonDeclaration> {
        self.next();
        let ion = self.name("the name of an ion")?;
        let (mut reads, mut writes, mut valence) = (Vec::new(), Vec::new(), None);
        loop {
            if self.take_word("READ") {
                reads.extend(self.names("a variable of the ion")?);
            } else if self.take_word("WRITE") {
                writes.extend(self.names("a variable of the ion")?);
            } else if self.take_word("VALENCE") || self.take_word("CHARGE") {
                valence = Some(self.value()?);
            } else if self.is_word("REPRESENTS") {
                self.represents();
            } else {
                return Ok(IonDeclaration { ion, reads, writes, valence });
            }
        }
    }
}
