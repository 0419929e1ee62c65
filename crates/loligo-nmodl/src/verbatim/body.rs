//! The statements of a block of NMODL together with the C texts between them.

use std::sync::Arc;

use super::parse::statements_of;
use super::preprocess::Preprocessor;
use super::refusal::Refusal;
use super::token::{Token, TokenKind, tokens};
use super::tree;
use crate::syntax::{Block, Statement, StatementKind, Verbatim};

/// Reads the C texts of a block, which may begin in one text and end in another. Statements of NMODL are kept; blocks
/// in them are read later.
pub(super) fn read(block: &Block, preprocessor: &mut Preprocessor) -> Result<Vec<tree::Statement>, Refusal> {
    let is_text = |statement: &Statement| matches!(statement.kind, StatementKind::Verbatim(_));
    if !block.statements.iter().any(is_text) {
        let kept = block.statements.iter().map(|statement| {
            let kind = tree::StatementKind::Nmodl(Arc::new(statement.clone()));
            tree::Statement { kind, span: statement.span }
        });
        return Ok(kept.collect());
    }
    let mut all = Vec::new();
    for statement in &block.statements {
        match &statement.kind {
            StatementKind::Verbatim(text) => all.extend(tokens_of(text)),
            _ => {
                let kind = TokenKind::Statement(Arc::new(statement.clone()));
                all.push(Token { kind, span: statement.span });
            }
        }
    }
    let processed = preprocessor.process(all)?;
    if preprocessor.close() {
        return Err(Refusal::at(block.span, "an #if without its #endif"));
    }
    statements_of(&processed)
}

/// The tokens of a C text.
pub(super) fn tokens_of(text: &Verbatim) -> Vec<Token> {
    tokens(&text.text, text.span.start.saturating_add("VERBATIM".len() as u32))
}
