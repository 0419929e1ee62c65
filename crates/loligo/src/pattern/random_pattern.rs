//! Draws which cells are connected.

use serde::{Deserialize, Serialize};

use crate::draw_stream::DrawStream;
use crate::pattern::candidates::Candidates;
use crate::pattern::error::PatternError;
use crate::pattern::partners::PartnerDraw;
use crate::pattern::probability::ConnectionProbability;
use crate::pattern::side::PatternSide;

/// The rule by which each cell gets its partners.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Partners {
    /// Each pair is connected with a probability.
    Probability(ConnectionProbability),
    /// Each target has so many sources.
    InDegree(usize),
    /// Each source has so many targets.
    OutDegree(usize),
}

/// Random pairs of cells.
///
/// The draw that connects a pair with a probability depends on [the stream](DrawStream) and the indices of the two cells
/// alone: other cells, the order of drawing and the number of ranks have no effect. With a number of partners it
/// depends on the stream and the cell that chooses.
///
/// The time grows with the number of cells near each other, not with that of all pairs, if the probability decreases
/// with distance, or if numbers of partners are given without it; else with the number of pairs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RandomPattern {
    /// The rule.
    pub partners: Partners,
    /// With a number of partners, these are chosen in proportion to this probability; without it all alike.
    pub preference: Option<ConnectionProbability>,
    /// `true` if a cell may be connected to itself.
    pub self_connections: bool,
    /// `true` if, with a number of partners, one partner can be chosen several times.
    pub multiple_connections: bool,
    /// The streams of the draw.
    pub stream: DrawStream,
}

impl RandomPattern {
    /// A pattern in which no cell is connected to itself, and no pair twice.
    pub fn new(partners: Partners, stream: DrawStream) -> Self {
        Self { partners, preference: None, self_connections: false, multiple_connections: false, stream }
    }

    /// `true` if it depends on the distances of the cells.
    pub fn needs_positions(&self) -> bool {
        match &self.partners {
            Partners::Probability(probability) => probability.needs_positions(),
            Partners::InDegree(_) | Partners::OutDegree(_) => {
                self.preference.is_some_and(|preference| preference.needs_positions())
            }
        }
    }

    /// Checks its numbers.
    ///
    /// # Errors
    /// A probability that is none, distances that are not greater than 0.
    pub fn check(&self) -> Result<(), PatternError> {
        if let Partners::Probability(probability) = &self.partners {
            probability.check()?;
        }
        self.preference.map_or(Ok(()), |preference| preference.check())
    }

    /// Draws the pairs, as indices of source and target, targets in the outer loop; at most `limit`. The connections of
    /// one pair follow each other.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut network = Network::new();
    /// for k in 0..900 {
    ///     network.add_artificial_cell(format!("n[{k}]"), IntFire1::default());
    /// }
    /// network.place_artificial_cells(0..900, &Positions::grid([30, 30, 1], [20.0; 3]))?; // um
    /// let cells: Vec<_> = (0..900).map(PatternCell::Artificial).collect();
    /// let all = PatternSide::new(&network, &cells);
    /// let near = ConnectionProbability::new(DistanceCurve::Step { radius: 20.0 }, 1.0); // um
    /// let pattern = RandomPattern::new(Partners::Probability(near), DrawStream::new(1, 0));
    /// let pairs = pattern.pairs(&all, &all, 10_000)?;
    /// assert_eq!(pairs[..5], [(1, 0), (30, 0), (0, 1), (2, 1), (31, 1)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Invalid numbers; cells without positions, if these are needed; fewer cells than partners; more pairs than the
    /// limit.
    pub fn pairs(
        &self,
        sources: &PatternSide<'_>,
        targets: &PatternSide<'_>,
        limit: usize,
    ) -> Result<Vec<(u32, u32)>, PatternError> {
        self.check()?;
        match &self.partners {
            Partners::Probability(probability) if probability.needs_positions() => {
                self.by_distance(probability, sources, targets, limit)
            }
            Partners::Probability(probability) => self.by_chance(probability.maximum, sources, targets, limit),
            &Partners::InDegree(count) => {
                let mut pairs = Vec::new();
                let chosen = |target, source| pairs.push((source, target));
                self.partner_draw(targets, sources, true).all(count, limit, chosen)?;
                Ok(pairs)
            }
            &Partners::OutDegree(count) => {
                let mut pairs = Vec::new();
                let chosen = |source, target| pairs.push((source, target));
                self.partner_draw(sources, targets, false).all(count, limit, chosen)?;
                pairs.sort_unstable_by_key(|&(source, target)| (target, source));
                Ok(pairs)
            }
        }
    }

    fn partner_draw<'a>(
        &self,
        choosers: &'a PatternSide<'a>,
        partners: &'a PatternSide<'a>,
        are_targets: bool,
    ) -> PartnerDraw<'a> {
        PartnerDraw {
            choosers,
            partners,
            are_targets,
            preference: self.preference.filter(ConnectionProbability::needs_positions),
            self_connections: self.self_connections,
            multiple_connections: self.multiple_connections,
            stream: self.stream,
        }
    }

    /// Every pair with one probability: a number of the target's stream for each source in order.
    fn by_chance(
        &self,
        probability: f64,
        sources: &PatternSide<'_>,
        targets: &PatternSide<'_>,
        limit: usize,
    ) -> Result<Vec<(u32, u32)>, PatternError> {
        let selves = targets.selves(sources);
        let mut pairs = Vec::new();
        for target in 0..targets.len() as u32 {
            let mut numbers = self.stream.pairs(target);
            let own = if self.self_connections { &[][..] } else { selves.of(target as usize) };
            let connected = (0..sources.len() as u32).filter(|&source| numbers.at(source) < probability);
            pairs.extend(connected.filter(|source| !own.contains(source)).map(|source| (source, target)));
            if pairs.len() > limit {
                return Err(PatternError::TooMany { limit });
            }
        }
        Ok(pairs)
    }

    /// Every pair with the probability at its distance: the same numbers, of which only those of near cells are needed.
    fn by_distance(
        &self,
        probability: &ConnectionProbability,
        sources: &PatternSide<'_>,
        targets: &PatternSide<'_>,
        limit: usize,
    ) -> Result<Vec<(u32, u32)>, PatternError> {
        let candidates = Candidates::new(sources.positions()?, probability.reach());
        let places = targets.positions()?;
        let selves = targets.selves(sources);
        let mut pairs = Vec::new();
        for (target, place) in (0u32..).zip(places) {
            let mut numbers = self.stream.pairs(target);
            let own = if self.self_connections { &[][..] } else { selves.of(target as usize) };
            let first = pairs.len();
            candidates.near(place, |source, distance| {
                let number = numbers.at(source);
                // The maximum first: most numbers are above it, and no curve needs to be computed.
                if number < probability.maximum && number < probability.at(distance) && !own.contains(&source) {
                    pairs.push((source, target));
                }
            })?;
            pairs[first..].sort_unstable();
            if pairs.len() > limit {
                return Err(PatternError::TooMany { limit });
            }
        }
        Ok(pairs)
    }
}
