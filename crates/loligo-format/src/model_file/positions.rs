//! The key `positions` of `[[cell]]` and `[[artificial_cell]]`.

use loligo::{DrawStream, Point, Positions, PositionsError};
use toml::de::DeValue;

use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::table::{At, Span, Table, describe, no_number, number_in};

/// The positions of an entry, and their place in the file.
pub(crate) struct GivenPositions {
    pub(crate) rule: Positions,
    pub(crate) span: Span,
}

const TITLE: &str = "positions = { ... }";
const RULES: [&str; 5] = ["grid", "box", "sphere", "list", "file"];
const POINT: &str = "a point [x, y, z], um";

impl Decoder {
    /// Reads the key `positions`; names of a file are not compared with the cells' yet.
    pub(crate) fn positions(&mut self, entry: &Table<'_>) -> Option<GivenPositions> {
        let table = entry.table("positions", TITLE, &mut self.errors)?;
        let known: Vec<&str> = RULES.into_iter().chain(["spacing", "origin", "center", "seed"]).collect();
        table.only(&known, &mut self.errors);
        let Some(rule) = table.one_of(&RULES, &mut self.errors) else {
            let text = format!("positions need one of the keys {}", RULES.join(", "));
            self.errors.push(table.span(), Problem::Conflict(text));
            return None;
        };
        let extra: &[(&str, &[&str])] =
            &[("spacing", &["grid"]), ("origin", &["grid"]), ("center", &["sphere"]), ("seed", &["box", "sphere"])];
        for &(key, rules) in extra {
            if let Some(value) = table.get(key).filter(|_| !rules.contains(&rule)) {
                let text = format!("\"{key}\" has no meaning for positions by \"{rule}\"; take it out");
                self.errors.push(value.span, Problem::Conflict(text));
            }
        }
        self.position_entries += 1;
        let rule = match rule {
            "grid" => self.grid(&table),
            "box" => {
                let corners = self.space_points(&table, "box")?;
                let Ok([low, high]) = <[Point; 2]>::try_from(corners.value.as_slice()) else {
                    let given = format!("{} points", corners.value.len());
                    let remedy = "give two corners: [[0, 0, 0], [1000, 1000, 200]], um";
                    self.errors.range(corners.span, "box", given, remedy);
                    return None;
                };
                Some(Positions::random_in_box(low, high, self.position_stream(&table)))
            }
            "sphere" => {
                let radius = table.positive("sphere", "the radius, um", "um", &mut self.errors)?.value;
                let center = self.point_of(&table, "center").map_or([0.0; 3], |center| center.value);
                Some(Positions::random_in_sphere(center, radius, self.position_stream(&table)))
            }
            "list" => Some(Positions::Listed(self.space_points(&table, "list")?.value)),
            _ => {
                let path = table.text("file", "path of a table of positions", &mut self.errors)?;
                let text = self.table_text("positions", &path)?;
                match Positions::parse(&text) {
                    Ok(positions) => Some(positions),
                    Err(errors) => {
                        for error in errors.0 {
                            let (path, reason) = (path.value.to_owned(), error.to_string());
                            let problem = Problem::TableFile { what: "positions", path, reason };
                            self.errors.push(table.span(), problem);
                        }
                        None
                    }
                }
            }
        }?;
        Some(GivenPositions { rule, span: table.span() })
    }

    fn position_stream(&mut self, table: &Table<'_>) -> DrawStream {
        let seed = self.seed_of(table);
        DrawStream::new(self.position_entries, seed)
    }

    /// The key `seed`, by default that of the run.
    pub(crate) fn seed_of(&mut self, table: &Table<'_>) -> u32 {
        let seeds = 0..=u64::from(u32::MAX);
        let seed = table.whole("seed", "seed of the draw", seeds, &mut self.errors);
        seed.map_or(self.seed, |seed| seed.value as u32)
    }

    fn grid(&mut self, table: &Table<'_>) -> Option<Positions> {
        const SHAPE: &str = "the numbers of cells along x, y and z: [10, 10, 4]";
        const SPACING: &str = "the distance of neighbours, um, or a list of those along x, y and z";
        table.need("spacing", SPACING, &mut self.errors);
        let shape = table.numbers("grid", SHAPE, "1", &mut self.errors)?;
        let is_whole = |n: &f64| *n >= 1.0 && *n <= 1e6 && n.fract() == 0.0;
        let Some([nx, ny, nz]) =
            <[f64; 3]>::try_from(shape.value.as_slice()).ok().filter(|shape| shape.iter().all(is_whole))
        else {
            let remedy = format!("give three whole numbers from 1: {SHAPE}");
            self.errors.range(shape.span, "grid", "this list", remedy);
            return None;
        };
        let spacing = match table.get("spacing")?.value {
            DeValue::Array(_) => self.point_of(table, "spacing")?.value,
            _ => [table.number("spacing", SPACING, "um", &mut self.errors)?.value; 3],
        };
        let origin = self.point_of(table, "origin").map_or([0.0; 3], |origin| origin.value);
        Some(Positions::Grid { shape: [nx, ny, nz].map(|n| n as usize), spacing, origin })
    }

    /// A point in um.
    fn point_of(&mut self, table: &Table<'_>, key: &str) -> Option<At<Point>> {
        let At { value, span } = table.numbers(key, POINT, "um", &mut self.errors)?;
        match <Point>::try_from(value.as_slice()) {
            Ok(point) => Some(At { value: point, span }),
            Err(_) => {
                self.errors.range(span, key, format!("{} numbers", value.len()), format!("give {POINT}"));
                None
            }
        }
    }

    /// A list of points in um.
    fn space_points(&mut self, table: &Table<'_>, key: &str) -> Option<At<Vec<Point>>> {
        let At { value, span } = table.get(key)?;
        let expected = "a list of points [x, y, z], um".to_owned();
        let wrong = |value: &DeValue<'_>| Problem::WrongType {
            key: key.to_owned(),
            expected: expected.clone(),
            found: describe(value),
        };
        let DeValue::Array(list) = value else {
            self.errors.push(span, wrong(value));
            return None;
        };
        let mut points = Vec::with_capacity(list.len());
        for item in list.iter() {
            let coordinates = item.get_ref().as_array().filter(|point| point.len() == 3);
            let Some(coordinates) = coordinates else {
                self.errors.push(item.span(), wrong(item.get_ref()));
                return None;
            };
            let mut point = [0.0; 3];
            for (coordinate, found) in point.iter_mut().zip(coordinates.iter()) {
                match number_in("um", found.get_ref()) {
                    Ok(number) => *coordinate = number,
                    Err(error) => {
                        let problem = no_number(key, &expected, found.get_ref(), error);
                        self.errors.push(found.span(), problem);
                        return None;
                    }
                }
            }
            points.push(point);
        }
        Some(At { value: points, span })
    }

    /// Reports positions that do not fit `cells` cells; these have as many in a rehearsal too.
    pub(crate) fn positions_fit(&mut self, given: &GivenPositions, cells: usize) -> bool {
        let checked = given.rule.check(cells);
        self.refuse_positions(&given.span, checked)
    }

    /// Reports the fault of positions.
    pub(crate) fn refuse_positions(&mut self, span: &Span, checked: Result<(), PositionsError>) -> bool {
        checked.map_err(|error| self.errors.push(span.clone(), Problem::Conflict(error.to_string()))).is_ok()
    }
}
