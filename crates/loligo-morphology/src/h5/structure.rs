//! Checks the headers of an HDF5 file before the library reads them.
//!
//! The library, at least up to version 1.10, crashes the process with a memory fault for some addresses and sizes that
//! lie outside the file. This module therefore first checks everything that the library reads to find and read the
//! datasets of a morphology, according to the HDF5 file format specification: superblock, object headers, symbol
//! tables, heaps, chunk trees and the messages with types, shapes, attributes and layouts. Structures with a checksum
//! (object headers of version 2 and everything that only these refer to) are left to the library, which verifies it.

use std::io::{Read, Seek, SeekFrom};

use crate::h5::error::H5Error;
use crate::h5::fields::{Fields, datatype, fill_value};

/// The first bytes of every HDF5 file.
const SIGNATURE: &[u8] = b"\x89HDF\r\n\x1a\n";
/// Names that the reader opens in the root group, or looks up.
const OPENED: [&[u8]; 3] = [b"points", b"structure", b"metadata"];

/// Checks a file.
///
/// # Errors
/// [`H5Error::Damaged`] at the first invalid value, [`H5Error::Broken`] without a signature.
pub(super) fn check(file: &mut (impl Read + Seek), length: u64) -> Result<(), H5Error> {
    let mut walk = Walk { file, length, offset_size: 8, length_size: 8, steps: 0 };
    let root = walk.superblock()?;
    let Some(root) = root else { return Ok(()) };
    for (name, address) in walk.object(root)? {
        if OPENED.contains(&&name[..]) {
            walk.object(address)?;
        }
    }
    Ok(())
}

/// Messages of an object header.
mod message {
    pub const DATASPACE: u16 = 0x01;
    pub const DATATYPE: u16 = 0x03;
    pub const OLD_FILL_VALUE: u16 = 0x04;
    pub const FILL_VALUE: u16 = 0x05;
    pub const LAYOUT: u16 = 0x08;
    pub const FILTERS: u16 = 0x0b;
    pub const ATTRIBUTE: u16 = 0x0c;
    pub const CONTINUATION: u16 = 0x10;
    pub const SYMBOL_TABLE: u16 = 0x11;
}

/// Description of an object's values by the messages of its header.
#[derive(Default)]
struct Values {
    /// Number of elements and of dimensions.
    shape: Option<(u64, u64)>,
    /// Size of an element in bytes; `None` for types that are left to the library.
    element: Option<u64>,
    layout: Option<Layout>,
    is_filtered: bool,
}

/// Storage of values, if they are stored.
#[derive(Clone)]
enum Layout {
    /// In one piece of this many bytes.
    Piece(u64),
    /// In chunks, which are listed in the tree at an address. The last side is the size of an
    /// element.
    Chunks { tree: u64, sides: Vec<u64> },
}

struct Walk<'f, F> {
    file: &'f mut F,
    /// Size of the file in bytes.
    length: u64,
    /// Size of an address in bytes.
    offset_size: usize,
    /// Size of a length in bytes.
    length_size: usize,
    /// Number of pieces read so far; limited, so that a cycle of references ends.
    steps: u64,
}

impl<F: Read + Seek> Walk<'_, F> {
    /// Reads bytes of the file from an address on.
    fn bytes(&mut self, at: u64, count: u64) -> Result<Vec<u8>, H5Error> {
        self.steps += 1;
        self.inside(at, count, at)?;
        if self.steps > self.length {
            return Err(H5Error::Damaged { byte: at, claim: "headers lead in a circle" });
        }
        let mut bytes = Vec::new();
        let file = &mut *self.file;
        let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.take(count).read_to_end(&mut bytes));
        match read {
            Ok(read) if read as u64 == count => Ok(bytes),
            Ok(_) => Err(H5Error::Damaged { byte: at, claim: "the file ends here" }),
            Err(error) => Err(H5Error::Broken(error.to_string())),
        }
    }

    /// Checks that this many bytes at an address are in the file; `byte` is the position of the
    /// address itself.
    fn inside(&self, at: u64, count: u64, byte: u64) -> Result<(), H5Error> {
        match at.checked_add(count) {
            Some(end) if end <= self.length => Ok(()),
            _ => Err(H5Error::Damaged { byte, claim: "an address or a size leads beyond the end of the file" }),
        }
    }

    /// True for the value that stands for no address.
    fn is_undefined(&self, address: u64) -> bool {
        address == u64::MAX >> (64 - 8 * self.offset_size)
    }

    /// Address of the root group's header; `None` in files of the newer kind.
    fn superblock(&mut self) -> Result<Option<u64>, H5Error> {
        let length = self.length.min(100);
        let bytes = self.bytes(0, length)?;
        let mut fields = Fields { bytes: &bytes, at: 0, position: 0 };
        if fields.take(SIGNATURE.len()).ok() != Some(SIGNATURE) {
            return Err(H5Error::Broken("it does not begin as an HDF5 file".to_owned()));
        }
        let version = fields.number(1)?;
        if version > 1 {
            return Ok(None);
        }
        fields.take(4)?;
        let sizes = [fields.number(1)? as usize, fields.number(1)? as usize];
        if sizes.iter().any(|size| ![2, 4, 8].contains(size)) {
            return Err(fields.damaged("addresses and lengths have 2, 4 or 8 bytes"));
        }
        [self.offset_size, self.length_size] = sizes;
        fields.take(if version == 0 { 9 } else { 13 })?;
        if fields.number(self.offset_size)? != 0 {
            return Err(fields.damaged("the contents begin elsewhere"));
        }
        fields.take(3 * self.offset_size)?;
        fields.take(self.offset_size)?;
        let root = fields.number(self.offset_size)?;
        self.cached_group(&mut fields)?;
        Ok(Some(root))
    }

    /// The end of a symbol table's entry, which repeats the address of a group's table.
    fn cached_group(&mut self, fields: &mut Fields<'_>) -> Result<(), H5Error> {
        let kind = fields.number(4)?;
        fields.take(4)?;
        let scratch = fields.take(16)?;
        if kind == 1 {
            let mut scratch = Fields { bytes: scratch, at: fields.at + fields.position as u64 - 16, position: 0 };
            let (tree, heap) = (scratch.number(self.offset_size)?, scratch.number(self.offset_size)?);
            self.group(tree, heap)?;
        }
        Ok(())
    }

    /// Checks an object's header; returns the links of a group.
    fn object(&mut self, at: u64) -> Result<Vec<(Vec<u8>, u64)>, H5Error> {
        let start = self.bytes(at, 16)?;
        if start.starts_with(b"OHDR") {
            return Ok(Vec::new());
        }
        let mut fields = Fields { bytes: &start, at, position: 0 };
        if fields.number(1)? != 1 {
            return Err(fields.damaged("there is no object's header"));
        }
        fields.take(7)?;
        let size = fields.number(4)?;
        let mut links = Vec::new();
        let mut values = Values::default();
        let mut blocks = vec![(at.saturating_add(16), size)];
        while let Some((at, size)) = blocks.pop() {
            let block = self.bytes(at, size)?;
            let mut fields = Fields { bytes: &block, at, position: 0 };
            while fields.rest() >= 8 {
                let kind = fields.number(2)? as u16;
                let size = fields.number(2)? as usize;
                let is_shared = fields.number(1)? & 2 != 0;
                fields.take(3)?;
                let at = fields.at + fields.position as u64;
                let mut data = Fields { bytes: fields.take(size)?, at, position: 0 };
                if is_shared {
                    continue;
                }
                match kind {
                    message::CONTINUATION => {
                        let block = (data.number(self.offset_size)?, data.number(self.length_size)?);
                        blocks.push(block);
                    }
                    message::SYMBOL_TABLE => {
                        let (tree, heap) = (data.number(self.offset_size)?, data.number(self.offset_size)?);
                        links.append(&mut self.group(tree, heap)?);
                    }
                    message::DATASPACE => values.shape = Some(self.dataspace(&mut data)?),
                    message::DATATYPE => values.element = datatype(&mut data)?,
                    message::FILTERS => values.is_filtered = true,
                    message::OLD_FILL_VALUE => {
                        let size = data.number(4)? as usize;
                        data.take(size)?;
                    }
                    message::FILL_VALUE => fill_value(&mut data)?,
                    message::ATTRIBUTE => self.attribute(&mut data)?,
                    message::LAYOUT => values.layout = self.layout(&mut data)?,
                    _ => {}
                }
            }
        }
        self.values(at, values)?;
        Ok(links)
    }

    /// Checks that the parts of the description of an object's values agree; `byte` is the position
    /// of its header.
    fn values(&mut self, byte: u64, values: Values) -> Result<(), H5Error> {
        let damaged = |claim| Err(H5Error::Damaged { byte, claim });
        let (Some((elements, rank)), Some(layout)) = (values.shape, values.layout) else { return Ok(()) };
        match layout {
            Layout::Piece(bytes) => match values.element {
                Some(size) if size.saturating_mul(elements) > bytes => {
                    damaged("there are fewer bytes of values than the shape needs")
                }
                _ => Ok(()),
            },
            Layout::Chunks { tree, sides } => {
                if sides.len() as u64 != rank + 1 || sides.contains(&0) {
                    return damaged("the chunks have other dimensions than the values");
                }
                if values.element.is_some_and(|size| sides.last() != Some(&size)) {
                    return damaged("the chunks have elements of another size");
                }
                let bytes = sides.iter().fold(1_u64, |product, &side| product.saturating_mul(side));
                self.chunks(tree, sides.len(), if values.is_filtered { 0 } else { bytes })
            }
        }
    }

    /// The names and addresses in a group's tree.
    fn group(&mut self, tree: u64, heap: u64) -> Result<Vec<(Vec<u8>, u64)>, H5Error> {
        let names = self.heap(heap)?;
        let mut links = Vec::new();
        let mut nodes = vec![(tree, None)];
        while let Some((at, level)) = nodes.pop() {
            for child in self.tree_node(at, 0, level, self.length_size)? {
                match child {
                    (address, 0) => self.symbols(address, &names, &mut links)?,
                    (address, level) => nodes.push((address, Some(level - 1))),
                }
            }
        }
        Ok(links)
    }

    /// The children of a tree's node, each with the node's level.
    fn tree_node(&mut self, at: u64, kind: u64, level: Option<u64>, key: usize) -> Result<Vec<(u64, u64)>, H5Error> {
        let start = self.bytes(at, 8 + 2 * self.offset_size as u64)?;
        let mut fields = Fields { bytes: &start, at, position: 0 };
        if fields.take(4)? != b"TREE" || fields.number(1)? != kind {
            return Err(fields.damaged("there is no tree of the kind expected"));
        }
        let own_level = fields.number(1)?;
        if level.is_some_and(|level| level != own_level) {
            return Err(fields.damaged("a tree's levels do not fall one by one"));
        }
        let entries = fields.number(2)?;
        for _ in 0..2 {
            let sibling = fields.number(self.offset_size)?;
            if !self.is_undefined(sibling) {
                self.inside(sibling, 0, at)?;
            }
        }
        let size = entries * (key + self.offset_size) as u64 + key as u64;
        let at = at + start.len() as u64;
        let bytes = self.bytes(at, size)?;
        let mut fields = Fields { bytes: &bytes, at, position: 0 };
        (0..entries)
            .map(|_| {
                fields.take(key)?;
                Ok((fields.number(self.offset_size)?, own_level))
            })
            .collect()
    }

    /// A node of a group's symbols.
    fn symbols(&mut self, at: u64, names: &[u8], links: &mut Vec<(Vec<u8>, u64)>) -> Result<(), H5Error> {
        let start = self.bytes(at, 8)?;
        let mut fields = Fields { bytes: &start, at, position: 0 };
        if fields.take(4)? != b"SNOD" {
            return Err(fields.damaged("there are no names of a group"));
        }
        fields.take(2)?;
        let count = fields.number(2)?;
        let bytes = self.bytes(at + 8, count * (2 * self.offset_size as u64 + 24))?;
        let mut fields = Fields { bytes: &bytes, at: at + 8, position: 0 };
        for _ in 0..count {
            let name = fields.number(self.offset_size)? as usize;
            let address = fields.number(self.offset_size)?;
            let text = names.get(name..).and_then(|rest| Some(&rest[..rest.iter().position(|&byte| byte == 0)?]));
            let name = text.ok_or(fields.damaged("a name is not in its group's heap"))?.to_vec();
            if !self.is_undefined(address) {
                self.inside(address, 1, at)?;
            }
            let kind = fields.number(4)?;
            fields.position -= 4;
            if kind == 1 {
                self.cached_group(&mut fields)?;
            } else {
                fields.take(24)?;
            }
            links.push((name, address));
        }
        Ok(())
    }

    /// The names in a group's heap.
    fn heap(&mut self, at: u64) -> Result<Vec<u8>, H5Error> {
        let start = self.bytes(at, 8 + 2 * self.length_size as u64 + self.offset_size as u64)?;
        let mut fields = Fields { bytes: &start, at, position: 0 };
        if fields.take(4)? != b"HEAP" {
            return Err(fields.damaged("there is no heap of names"));
        }
        fields.take(4)?;
        let size = fields.number(self.length_size)?;
        let mut free = fields.number(self.length_size)?;
        let address = fields.number(self.offset_size)?;
        let data = self.bytes(address, size)?;
        // A free piece contains the position of the next one; 1 ends the list.
        let mut pieces = 0;
        while free != 1 {
            let at = usize::try_from(free).unwrap_or(usize::MAX).min(data.len());
            let mut piece = Fields { bytes: &data[at..], at: address.saturating_add(free), position: 0 };
            free = piece.number(self.length_size)?;
            let size = piece.number(self.length_size)?;
            pieces += 1;
            if size > (data.len() - at) as u64 || pieces > data.len() {
                return Err(piece.damaged("the free pieces of a heap are not in it"));
            }
        }
        Ok(data)
    }

    /// Number of elements and of dimensions.
    fn dataspace(&mut self, data: &mut Fields<'_>) -> Result<(u64, u64), H5Error> {
        const MOST_DIMENSIONS: u64 = 32;
        let version = data.number(1)?;
        let rank = data.number(1)?;
        let flags = data.number(1)?;
        data.take(if version == 1 { 5 } else { 1 })?;
        if !(1..=2).contains(&version) || rank > MOST_DIMENSIONS {
            return Err(data.damaged("a shape has more than 32 dimensions, or an unknown version"));
        }
        let mut elements = 1_u64;
        for _ in 0..rank {
            elements = elements.saturating_mul(data.number(self.length_size)?);
        }
        data.take(usize::from(flags & 1 != 0) * rank as usize * self.length_size)?;
        Ok((elements, rank))
    }

    fn attribute(&mut self, data: &mut Fields<'_>) -> Result<(), H5Error> {
        let version = data.number(1)?;
        if !(1..=3).contains(&version) {
            return Err(data.damaged("an attribute has an unknown version"));
        }
        let flags = data.number(1)?;
        let mut sizes = [0; 3];
        for size in &mut sizes {
            *size = data.number(2)? as usize;
        }
        data.take(usize::from(version == 3))?;
        let padded = |size: usize| if version == 1 { size.next_multiple_of(8) } else { size };
        let name = data.take(padded(sizes[0]))?;
        if !name[..sizes[0]].contains(&0) {
            return Err(data.damaged("an attribute's name does not end"));
        }
        // Shared types and shapes are stored elsewhere.
        let is_shared = version > 1 && flags & 3 != 0;
        let mut parts = [None; 2];
        for (part, size) in parts.iter_mut().zip(&sizes[1..]) {
            let at = data.at + data.position as u64;
            *part = Some((data.take(padded(*size))?, at));
        }
        let [Some((datatype_bytes, type_at)), Some((shape_bytes, shape_at))] = parts else { return Ok(()) };
        if is_shared {
            return Ok(());
        }
        let size = datatype(&mut Fields { bytes: datatype_bytes, at: type_at, position: 0 })?;
        let (elements, _) = self.dataspace(&mut Fields { bytes: shape_bytes, at: shape_at, position: 0 })?;
        if size.is_some_and(|size| size.saturating_mul(elements) > data.rest() as u64) {
            return Err(data.damaged("an attribute claims more values than it has room for"));
        }
        Ok(())
    }

    fn layout(&mut self, data: &mut Fields<'_>) -> Result<Option<Layout>, H5Error> {
        const COMPACT: u64 = 0;
        const CONTIGUOUS: u64 = 1;
        const CHUNKED: u64 = 2;
        let byte = data.at;
        let version = data.number(1)?;
        let in_sides = |data: &mut Fields<'_>, rank| (0..rank).map(|_| data.number(4)).collect::<Result<Vec<_>, _>>();
        let (class, address, size, sides) = match version {
            1..=2 => {
                let rank = data.number(1)?;
                let class = data.number(1)?;
                data.take(5)?;
                let address = if class == COMPACT { 0 } else { data.number(self.offset_size)? };
                let sides = in_sides(data, rank)?;
                let product = sides.iter().fold(1_u64, |product, &side| product.saturating_mul(side));
                let size = if class == COMPACT { data.number(4)? } else { product };
                (class, address, size, sides)
            }
            3..=4 => match data.number(1)? {
                COMPACT => (COMPACT, 0, data.number(2)?, Vec::new()),
                // Chunks of version 4 have indices with checksums.
                CHUNKED if version == 4 => return Ok(None),
                CHUNKED => {
                    let rank = data.number(1)?;
                    let tree = data.number(self.offset_size)?;
                    (CHUNKED, tree, 0, in_sides(data, rank)?)
                }
                class => (class, data.number(self.offset_size)?, data.number(self.length_size)?, Vec::new()),
            },
            _ => return Err(data.damaged("values are laid out in an unknown way")),
        };
        match class {
            COMPACT => data.take(size as usize).map(|_| Some(Layout::Piece(size))),
            CONTIGUOUS | CHUNKED if self.is_undefined(address) => Ok(None),
            CONTIGUOUS => self.inside(address, size, byte).map(|()| Some(Layout::Piece(size))),
            CHUNKED => Ok(Some(Layout::Chunks { tree: address, sides })),
            _ => Err(data.damaged("values are laid out in an unknown way")),
        }
    }

    /// Checks the tree of a dataset's chunks of `bytes` each, whose keys are the chunk's stored size, a mask, and its
    /// position.
    fn chunks(&mut self, tree: u64, rank: usize, bytes: u64) -> Result<(), H5Error> {
        let key = 8 + 8 * rank;
        let mut nodes = vec![(tree, None)];
        while let Some((at, level)) = nodes.pop() {
            let children = self.tree_node(at, 1, level, key)?;
            for (k, (child, level)) in children.into_iter().enumerate() {
                if level > 0 {
                    nodes.push((child, Some(level - 1)));
                    continue;
                }
                let key_at = at + 8 + 2 * self.offset_size as u64 + (k * (key + self.offset_size)) as u64;
                let size = self.bytes(key_at, 4)?;
                let size = Fields { bytes: &size, at: key_at, position: 0 }.number(4)?;
                self.inside(child, size.max(bytes), key_at)?;
            }
        }
        Ok(())
    }
}
