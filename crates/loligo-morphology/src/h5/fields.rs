//! Fields of the messages in an HDF5 file; reading never goes beyond their bytes.

use crate::h5::error::H5Error;

/// A range of bytes of the file, read field by field.
pub(super) struct Fields<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) at: u64,
    pub(super) position: usize,
}

impl<'b> Fields<'b> {
    pub(super) fn take(&mut self, count: usize) -> Result<&'b [u8], H5Error> {
        let end = self.position.saturating_add(count);
        let taken = self.bytes.get(self.position..end).ok_or(self.damaged("a header ends before its contents"))?;
        self.position = end;
        Ok(taken)
    }

    pub(super) fn number(&mut self, bytes: usize) -> Result<u64, H5Error> {
        Ok(self.take(bytes)?.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    pub(super) fn rest(&self) -> usize {
        self.bytes.len() - self.position
    }

    pub(super) fn damaged(&self, claim: &'static str) -> H5Error {
        H5Error::Damaged { byte: self.at + self.position as u64, claim }
    }
}

/// Size in bytes of an integer or floating-point type; `None` for other types, which are left to the library.
pub(super) fn datatype(data: &mut Fields<'_>) -> Result<Option<u64>, H5Error> {
    const INTEGER: u64 = 0;
    const FLOAT: u64 = 1;
    const LARGEST: u64 = 16;
    let class = data.number(1)? & 0xf;
    let sign = data.number(3)? >> 8 & 0xff; // bit of the sign of a floating-point number
    let size = data.number(4)?;
    if !matches!(class, INTEGER | FLOAT) {
        return Ok(None);
    }
    let (offset, precision) = (data.number(2)?, data.number(2)?); // bits
    if !(1..=LARGEST).contains(&size) {
        return Err(data.damaged("a number has more than 16 bytes, or none"));
    }
    if precision == 0 || offset + precision > 8 * size {
        return Err(data.damaged("a number has more bits than its bytes hold, or none"));
    }
    if class == FLOAT {
        let [exponent, exponent_size, mantissa, mantissa_size] =
            [data.number(1)?, data.number(1)?, data.number(1)?, data.number(1)?]; // bits
        data.take(4)?;
        let bits = 8 * size;
        let fits = sign < bits && exponent + exponent_size <= bits && mantissa + mantissa_size <= bits;
        if !fits || exponent_size == 0 || mantissa_size == 0 {
            return Err(data.damaged("the parts of a floating-point number do not fit into its bits"));
        }
    }
    Ok(Some(size))
}

pub(super) fn fill_value(data: &mut Fields<'_>) -> Result<(), H5Error> {
    let version = data.number(1)?;
    let has_value = if version < 3 {
        data.take(2)?;
        let is_defined = data.number(1)? != 0;
        version == 1 || is_defined
    } else {
        data.number(1)? & 0x20 != 0
    };
    if has_value {
        let size = data.number(4)? as u32;
        // -1 means that there is none.
        data.take(if size == u32::MAX { 0 } else { size as usize })?;
    }
    Ok(())
}
