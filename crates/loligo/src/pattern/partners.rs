//! Draws a number of partners for each cell of one side.

use std::collections::{BinaryHeap, HashMap};

use crate::draw_stream::DrawStream;
use crate::network::positions::Point;
use crate::pattern::candidates::Candidates;
use crate::pattern::error::PatternError;
use crate::pattern::probability::ConnectionProbability;
use crate::pattern::side::PatternSide;

/// The cells that choose, and those that are chosen.
pub(super) struct PartnerDraw<'a> {
    pub(super) choosers: &'a PatternSide<'a>,
    pub(super) partners: &'a PatternSide<'a>,
    /// `true` if the cells that choose are the targets.
    pub(super) are_targets: bool,
    pub(super) preference: Option<ConnectionProbability>,
    pub(super) self_connections: bool,
    pub(super) multiple_connections: bool,
    pub(super) stream: DrawStream,
}

impl PartnerDraw<'_> {
    /// Passes on all pairs of a cell that chooses and its partner, the cells that choose in order.
    pub(super) fn all(&self, count: usize, limit: usize, mut chosen: impl FnMut(u32, u32)) -> Result<(), PatternError> {
        if count.saturating_mul(self.choosers.len()) > limit {
            return Err(PatternError::TooMany { limit });
        }
        let selves = self.choosers.selves(self.partners);
        let preferences = match &self.preference {
            Some(curve) => Some(Preferences {
                curve,
                candidates: Candidates::new(self.partners.positions()?, curve.reach()),
                places: self.choosers.positions()?,
            }),
            None => None,
        };
        let mut partners = Vec::new();
        let mut swapped = HashMap::new();
        for chooser in 0..self.choosers.len() as u32 {
            let own = if self.self_connections { &[][..] } else { selves.of(chooser as usize) };
            partners.clear();
            let found = match &preferences {
                None => self.alike(chooser, count, own, &mut swapped, &mut partners),
                Some(preferences) if self.multiple_connections => {
                    self.repeatedly(preferences, chooser, count, own, &mut partners)?
                }
                Some(preferences) => self.preferred(preferences, chooser, count, own, &mut partners)?,
            };
            if partners.len() < count {
                return Err(PatternError::TooFew { cell: self.choosers.name(chooser as usize), found, wanted: count });
            }
            partners.iter().for_each(|&partner| chosen(chooser, partner));
        }
        Ok(())
    }

    /// Chooses among all alike; returns the number of cells to choose from.
    ///
    /// Each number u of the chooser's stream takes the one at position floor(u n) of the n remaining ones, and moves the
    /// first of them there. Of the list only the entries that moved are stored.
    fn alike(
        &self,
        chooser: u32,
        count: usize,
        own: &[u32],
        swapped: &mut HashMap<usize, u32>,
        partners: &mut Vec<u32>,
    ) -> usize {
        let found = self.partners.len() - own.len();
        let mut stream = self.stream.partners(chooser, self.are_targets);
        let partner = |place: usize| own.iter().fold(place as u32, |place, &own| place + u32::from(place >= own));
        let mut draw = |rest: usize| ((stream.next_f64() * rest as f64) as usize).min(rest - 1);
        if self.multiple_connections {
            if found > 0 {
                partners.extend((0..count).map(|_| partner(draw(found))));
                partners.sort_unstable();
            }
            return found;
        }
        swapped.clear();
        for k in 0..count.min(found) {
            let choice = k + draw(found - k);
            let at = |place: usize| swapped.get(&place).copied().unwrap_or_else(|| partner(place));
            let (taken, first) = (at(choice), at(k));
            swapped.insert(choice, first);
            partners.push(taken);
        }
        found
    }

    /// Chooses different partners in proportion to their probability; returns the number of cells to choose from.
    ///
    /// Each candidate of probability p waits -ln(u) / p, u being the number of the pair, and those that wait least are
    /// taken (Efraimidis and Spirakis 2006, doi:10.1016/j.ipl.2005.11.003): one draw for each pair, in any order.
    fn preferred(
        &self,
        preferences: &Preferences<'_>,
        chooser: u32,
        count: usize,
        own: &[u32],
        partners: &mut Vec<u32>,
    ) -> Result<usize, PatternError> {
        let mut found = 0;
        let mut numbers = self.stream.pairs(chooser);
        // Waiting times are positive, so that their bits have their order.
        let mut least: BinaryHeap<(u64, u32)> = BinaryHeap::with_capacity(count + 1);
        preferences.each(chooser, own, |partner, probability| {
            found += 1;
            let number = if self.are_targets { numbers.at(partner) } else { self.stream.pairs(partner).at(chooser) };
            let longest = if least.len() < count {
                f64::INFINITY
            } else {
                least.peek().map_or(0.0, |&(bits, _)| f64::from_bits(bits))
            };
            // -ln(u) is at least 1 - u, which saves most logarithms.
            if 1.0 - number <= longest * probability {
                least.push(((-number.ln() / probability).to_bits(), partner));
                if least.len() > count {
                    least.pop();
                }
            }
        })?;
        partners.extend(least.into_iter().map(|(_, partner)| partner));
        partners.sort_unstable();
        Ok(found)
    }

    /// Chooses partners in proportion to their probability, some perhaps several times; returns the number of cells to
    /// choose from.
    fn repeatedly(
        &self,
        preferences: &Preferences<'_>,
        chooser: u32,
        count: usize,
        own: &[u32],
        partners: &mut Vec<u32>,
    ) -> Result<usize, PatternError> {
        let mut near = Vec::new();
        preferences.each(chooser, own, |partner, probability| near.push((partner, probability)))?;
        near.sort_unstable_by_key(|&(partner, _)| partner);
        let mut sum = 0.0;
        let sums: Vec<f64> = near
            .iter()
            .map(|&(_, probability)| {
                sum += probability;
                sum
            })
            .collect();
        let Some(last) = near.len().checked_sub(1) else { return Ok(0) };
        let mut stream = self.stream.partners(chooser, self.are_targets);
        let choice = |number: f64| sums.partition_point(|&upper| upper <= number * sum).min(last);
        partners.extend((0..count).map(|_| near[choice(stream.next_f64())].0));
        partners.sort_unstable();
        Ok(near.len())
    }
}

/// The probabilities of the partners of all cells that choose.
struct Preferences<'a> {
    curve: &'a ConnectionProbability,
    candidates: Candidates,
    /// Of the cells that choose.
    places: Vec<Point>,
}

impl Preferences<'_> {
    /// Passes on every cell that can be chosen, in any order, with its probability.
    fn each(&self, chooser: u32, own: &[u32], mut take: impl FnMut(u32, f64)) -> Result<(), PatternError> {
        self.candidates.near(self.places[chooser as usize], |partner, distance| {
            let probability = self.curve.at(distance);
            if probability > 0.0 && !own.contains(&partner) {
                take(partner, probability);
            }
        })
    }
}
