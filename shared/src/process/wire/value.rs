//! Values as bytes, so that what arrives is what was sent, or is an error; never another value.
//!
//! None of the formats that were tried does that and can carry every type. `Some(None)` comes as `None` from rmp-serde,
//! ciborium, minicbor and pot, since an option leaves no mark of its own there. Where fields have no names, one that is
//! left out moves the next one into its place. postbag has both, but can't carry a type that looks at what there is
//! before it reads it (`untagged`, `flatten`). RON keeps nearly all, and is text. Here everything has its mark: a byte says
//! of which kind of [serde's data model](https://serde.rs/data-model.html) a value is, and fields and variants have their
//! names.
//!
//! Such a type may still take one value for another, as `untagged` takes the first variant that fits, and so may one
//! that leaves fields out and has another default for them. The reader notices that it reads one of these. Then what
//! it has read is written again, and has to come to the same bytes. Other types pay nothing for that.

use std::fmt::{self, Display};

use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Visitor};
use serde::ser::{self, Serialize};

/// How deep values may lie in one another. A thread has a stack of 2 MB, and in a debug build, a level of a type with many parts takes
/// several kB of it.
const DEEPEST: u32 = 256;

/// A length or a number of parts.
const COUNT: usize = size_of::<u32>();

/// What the byte in front of a value can be.
mod mark {
    pub const UNIT: u8 = 0;
    pub const UNIT_STRUCT: u8 = 1;
    pub const NONE: u8 = 2;
    pub const SOME: u8 = 3;
    pub const FALSE: u8 = 4;
    pub const TRUE: u8 = 5;
    pub const F32: u8 = 16;
    pub const F64: u8 = 17;
    pub const CHAR: u8 = 18;
    /// Behind these two: the length, and the bytes.
    pub const TEXT: u8 = 19;
    pub const BYTES: u8 = 20;
    /// Behind it: the value.
    pub const NEWTYPE: u8 = 21;
    /// Behind these: the number of parts, and the parts.
    pub const SEQUENCE: u8 = 22;
    pub const TUPLE: u8 = 23;
    pub const TUPLE_STRUCT: u8 = 24;
    /// Behind these: the number of pairs, and the pairs. A field's name is a text.
    pub const MAP: u8 = 25;
    pub const STRUCT: u8 = 26;
    /// A struct of which fields were left out.
    pub const STRUCT_IN_PART: u8 = 27;
    /// Behind these: the variant's name, as a text; then, but for the first, its value as one of the above.
    pub const UNIT_VARIANT: u8 = 28;
    pub const VARIANT: u8 = 29;
    /// As a map, but its type didn't know beforehand how many pairs there would be. A struct with `flatten` is one, and then
    /// nothing tells that fields were left out.
    pub const MAP_IN_PART: u8 = 30;
    /// Five marks for each type of integer, from `u8` to `i128`: behind them are 1, 2, 4, 8 or 16 bytes, as few as the
    /// number needs.
    pub const INTEGER: u8 = 32;
    pub const U8: u8 = INTEGER;
    pub const U16: u8 = U8 + SIZES;
    pub const U32: u8 = U16 + SIZES;
    pub const U64: u8 = U32 + SIZES;
    pub const U128: u8 = U64 + SIZES;
    pub const I8: u8 = U128 + SIZES;
    pub const I16: u8 = I8 + SIZES;
    pub const I32: u8 = I16 + SIZES;
    pub const I64: u8 = I32 + SIZES;
    pub const I128: u8 = I64 + SIZES;
    pub const INTEGERS_END: u8 = I128 + SIZES;
    pub const SIZES: u8 = 5;
}

/// Puts a value behind what is in `bytes`.
pub(super) fn write<T: Serialize + ?Sized>(bytes: &mut Vec<u8>, value: &T) -> Result<(), Problem> {
    value.serialize(Writer { bytes, deeper: DEEPEST })
}

/// Makes a value of its bytes.
pub(super) fn read<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = Reader { rest: bytes, deeper: DEEPEST, field: "", is_to_be_checked: false };
    let value = T::deserialize(&mut reader)?;
    if !reader.rest.is_empty() {
        return Err(Problem(format!("{} bytes are left over", reader.rest.len())));
    }
    if reader.is_to_be_checked {
        let mut again = Vec::new();
        write(&mut again, &value)?;
        // In a set or a map of hashes the order is another each time.
        if again != bytes && in_order(&again)? != in_order(bytes)? {
            let name = std::any::type_name::<T>();
            return Err(Problem(format!("{name} does not tell this value from another one when it is read")));
        }
    }
    Ok(value)
}

/// Why a value can't be written or read.
#[derive(Debug)]
pub(super) struct Problem(String);

impl Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Problem {}

impl ser::Error for Problem {
    fn custom<T: Display>(problem: T) -> Self {
        Problem(problem.to_string())
    }
}

impl de::Error for Problem {
    fn custom<T: Display>(problem: T) -> Self {
        Problem(problem.to_string())
    }
}

fn too_deep() -> Problem {
    Problem(format!("its parts lie more than {DEEPEST} deep in one another"))
}

struct Writer<'a> {
    bytes: &'a mut Vec<u8>,
    deeper: u32,
}

impl<'a> Writer<'a> {
    fn plain<const N: usize>(self, mark: u8, value: [u8; N]) -> Result<(), Problem> {
        self.bytes.push(mark);
        self.bytes.extend(value);
        Ok(())
    }

    fn long(&mut self, mark: u8, value: &[u8]) -> Result<(), Problem> {
        let length = u32::try_from(value.len()).map_err(|_| Problem("a text or bytes of 4 GiB".into()))?;
        self.bytes.push(mark);
        self.bytes.extend(length.to_le_bytes());
        self.bytes.extend(value);
        Ok(())
    }

    fn within(&mut self) -> Result<Writer<'_>, Problem> {
        let deeper = self.deeper.checked_sub(1).ok_or_else(too_deep)?;
        Ok(Writer { bytes: self.bytes, deeper })
    }

    fn variant(&mut self, name: &str) -> Result<(), Problem> {
        self.bytes.push(mark::VARIANT);
        self.long(mark::TEXT, name.as_bytes())
    }

    fn parts(self, mark: u8) -> Result<Parts<'a>, Problem> {
        let deeper = self.deeper.checked_sub(1).ok_or_else(too_deep)?;
        let at = self.bytes.len();
        self.bytes.push(mark);
        self.bytes.extend([0; COUNT]);
        Ok(Parts { writer: Writer { bytes: self.bytes, deeper }, at, count: 0 })
    }
}

/// What has parts. How many is written in the end: not every type knows it beforehand.
struct Parts<'a> {
    writer: Writer<'a>,
    /// Where its mark is.
    at: usize,
    count: u32,
}

impl Parts<'_> {
    fn part<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        let Writer { bytes, deeper } = &mut self.writer;
        value.serialize(Writer { bytes, deeper: *deeper })
    }

    fn next<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        self.count =
            self.count.checked_add(1).ok_or_else(|| Problem("more than 4 294 967 295 parts".into()))?;
        self.part(value)
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Problem> {
        self.next(name)?;
        self.part(value)
    }

    fn left_out(&mut self) -> Result<(), Problem> {
        self.writer.bytes[self.at] = mark::STRUCT_IN_PART;
        Ok(())
    }

    fn finish(self) -> Result<(), Problem> {
        let count = self.at + 1;
        self.writer.bytes[count..count + COUNT].copy_from_slice(&self.count.to_le_bytes());
        Ok(())
    }
}

macro_rules! integers {
    ($($method:ident: $type:ident = $mark:ident;)*) => {
        $(fn $method(self, value: $type) -> Result<(), Problem> {
            // A negative number has ones in front where the others have zeros.
            #[allow(unused_comparisons, reason = "for those without a sign too")]
            let (rest, sign) = if value < 0 { (!value, 1) } else { (value, u32::from($type::MIN != 0)) };
            let bits = $type::BITS - rest.leading_zeros() + sign;
            let size = bits.div_ceil(8).max(1).next_power_of_two();
            self.bytes.push(mark::$mark + size.trailing_zeros() as u8);
            self.bytes.extend_from_slice(&value.to_le_bytes()[..size as usize]);
            Ok(())
        })*
    };
}

impl<'a> ser::Serializer for Writer<'a> {
    type Ok = ();
    type Error = Problem;
    type SerializeSeq = Parts<'a>;
    type SerializeTuple = Parts<'a>;
    type SerializeTupleStruct = Parts<'a>;
    type SerializeTupleVariant = Parts<'a>;
    type SerializeMap = Parts<'a>;
    type SerializeStruct = Parts<'a>;
    type SerializeStructVariant = Parts<'a>;

    integers! {
        serialize_u8: u8 = U8;
        serialize_u16: u16 = U16;
        serialize_u32: u32 = U32;
        serialize_u64: u64 = U64;
        serialize_u128: u128 = U128;
        serialize_i8: i8 = I8;
        serialize_i16: i16 = I16;
        serialize_i32: i32 = I32;
        serialize_i64: i64 = I64;
        serialize_i128: i128 = I128;
    }

    fn serialize_f32(self, value: f32) -> Result<(), Problem> {
        self.plain(mark::F32, value.to_le_bytes())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Problem> {
        self.plain(mark::F64, value.to_le_bytes())
    }

    fn serialize_bool(self, value: bool) -> Result<(), Problem> {
        self.plain(if value { mark::TRUE } else { mark::FALSE }, [])
    }

    fn serialize_char(self, value: char) -> Result<(), Problem> {
        self.plain(mark::CHAR, u32::from(value).to_le_bytes())
    }

    fn serialize_str(mut self, value: &str) -> Result<(), Problem> {
        self.long(mark::TEXT, value.as_bytes())
    }

    fn serialize_bytes(mut self, value: &[u8]) -> Result<(), Problem> {
        self.long(mark::BYTES, value)
    }

    fn serialize_none(self) -> Result<(), Problem> {
        self.plain(mark::NONE, [])
    }

    fn serialize_some<T: Serialize + ?Sized>(mut self, value: &T) -> Result<(), Problem> {
        self.bytes.push(mark::SOME);
        value.serialize(self.within()?)
    }

    fn serialize_unit(self) -> Result<(), Problem> {
        self.plain(mark::UNIT, [])
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Problem> {
        self.plain(mark::UNIT_STRUCT, [])
    }

    fn serialize_unit_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Problem> {
        self.bytes.push(mark::UNIT_VARIANT);
        self.long(mark::TEXT, variant.as_bytes())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        mut self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Problem> {
        self.bytes.push(mark::NEWTYPE);
        value.serialize(self.within()?)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Problem> {
        self.variant(variant)?;
        value.serialize(self.within()?)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'a>, Problem> {
        self.parts(mark::SEQUENCE)
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'a>, Problem> {
        self.parts(mark::TUPLE)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, Problem> {
        self.parts(mark::TUPLE_STRUCT)
    }

    fn serialize_tuple_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, Problem> {
        self.variant(variant)?;
        self.parts(mark::TUPLE_STRUCT)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Parts<'a>, Problem> {
        self.parts(if length.is_some() { mark::MAP } else { mark::MAP_IN_PART })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, Problem> {
        self.parts(mark::STRUCT)
    }

    fn serialize_struct_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, Problem> {
        self.variant(variant)?;
        self.parts(mark::STRUCT)
    }
}

macro_rules! parts {
    ($($kind:ident: $method:ident;)*) => {
        $(impl ser::$kind for Parts<'_> {
            type Ok = ();
            type Error = Problem;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
                self.next(value)
            }

            fn end(self) -> Result<(), Problem> {
                self.finish()
            }
        })*
    };
}

parts! {
    SerializeSeq: serialize_element;
    SerializeTuple: serialize_element;
    SerializeTupleStruct: serialize_field;
    SerializeTupleVariant: serialize_field;
}

impl ser::SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = Problem;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Problem> {
        self.next(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        self.part(value)
    }

    fn end(self) -> Result<(), Problem> {
        self.finish()
    }
}

macro_rules! fields {
    ($($kind:ident)*) => {
        $(impl ser::$kind for Parts<'_> {
            type Ok = ();
            type Error = Problem;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Problem> {
                self.field(name, value)
            }

            fn skip_field(&mut self, _: &'static str) -> Result<(), Problem> {
                self.left_out()
            }

            fn end(self) -> Result<(), Problem> {
                self.finish()
            }
        })*
    };
}

fields! { SerializeStruct SerializeStructVariant }

struct Reader<'de> {
    rest: &'de [u8],
    deeper: u32,
    /// Name of the field that is read.
    field: &'de str,
    /// Whether the type has looked at what there is before it read it, or read it as something else.
    is_to_be_checked: bool,
}

impl<'de> Reader<'de> {
    fn take(&mut self, length: usize) -> Result<&'de [u8], Problem> {
        let (taken, rest) =
            self.rest.split_at_checked(length).ok_or_else(|| Problem("it ends too early".into()))?;
        self.rest = rest;
        Ok(taken)
    }

    fn plain<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        Ok(self.take(N)?.try_into().expect("N were taken"))
    }

    fn mark(&mut self) -> Result<u8, Problem> {
        Ok(self.plain::<1>()?[0])
    }

    fn count(&mut self) -> Result<u32, Problem> {
        Ok(u32::from_le_bytes(self.plain()?))
    }

    fn long(&mut self) -> Result<&'de [u8], Problem> {
        let length = self.count()?;
        self.take(length as usize)
    }

    fn text(&mut self) -> Result<&'de str, Problem> {
        std::str::from_utf8(self.long()?).map_err(|error| Problem(error.to_string()))
    }

    /// A text with its mark.
    fn name(&mut self) -> Result<&'de str, Problem> {
        if self.takes(&[mark::TEXT]) { self.text() } else { Err(Problem("a name is missing".into())) }
    }

    /// The bytes of an integer whose mark is that many from the first one of its type.
    fn integer<const N: usize>(&mut self, size: u8, has_sign: bool) -> Result<[u8; N], Problem> {
        let taken = self.take(1 << size)?;
        let is_negative = has_sign && taken.last().is_some_and(|last| *last >= 0x80);
        let mut bytes = [if is_negative { 0xFF } else { 0 }; N];
        let there = bytes.get_mut(..taken.len()).ok_or_else(|| Problem("an integer is too long".into()))?;
        there.copy_from_slice(taken);
        Ok(bytes)
    }

    /// How many marks the next one is from the first of a type of integers, if it is one of that; it is taken then.
    fn takes_integer(&mut self, first: u8) -> Option<u8> {
        let (mark, rest) = self.rest.split_first()?;
        let size = mark.checked_sub(first).filter(|size| *size < mark::SIZES)?;
        self.rest = rest;
        Some(size)
    }

    fn character(&mut self) -> Result<char, Problem> {
        char::from_u32(self.count()?).ok_or_else(|| Problem("no character has this number".into()))
    }

    /// Takes the mark if it is one of these.
    fn takes(&mut self, marks: &[u8]) -> bool {
        let found = self.rest.split_first().filter(|(mark, _)| marks.contains(mark));
        found.map(|(_, rest)| self.rest = rest).is_some()
    }

    fn within<R>(&mut self, inner: impl FnOnce(&mut Self) -> Result<R, Problem>) -> Result<R, Problem> {
        self.deeper = self.deeper.checked_sub(1).ok_or_else(too_deep)?;
        let outcome = inner(self);
        self.deeper += 1;
        outcome
    }

    /// All parts have to be taken.
    fn parts<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Problem> {
        self.within(|reader| {
            let mut parts = Rest { left: reader.count()?, has_fields: false, reader };
            let value = visitor.visit_seq(&mut parts)?;
            match parts.left {
                0 => Ok(value),
                left => Err(Problem(format!("{left} parts more came than the type has"))),
            }
        })
    }

    fn pairs<V: Visitor<'de>>(&mut self, has_fields: bool, visitor: V) -> Result<V::Value, Problem> {
        self.within(|reader| {
            let mut parts = Rest { left: reader.count()?, has_fields, reader };
            let value = visitor.visit_map(&mut parts)?;
            match parts.left {
                0 => Ok(value),
                left => Err(Problem(format!("{left} pairs more came than the type has"))),
            }
        })
    }

    fn fields<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Problem> {
        if self.takes(&[mark::STRUCT_IN_PART]) {
            self.is_to_be_checked = true;
        } else if !self.takes(&[mark::STRUCT]) {
            return self.as_it_is(visitor);
        }
        self.pairs(true, visitor)
    }

    /// Reads whatever there is. `visitor` sees to it whether that fits.
    fn as_it_is<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Problem> {
        self.is_to_be_checked = true;
        match self.mark()? {
            mark::UNIT | mark::UNIT_STRUCT => visitor.visit_unit(),
            mark::NONE => visitor.visit_none(),
            mark::SOME => self.within(|reader| visitor.visit_some(reader)),
            mark::FALSE => visitor.visit_bool(false),
            mark::TRUE => visitor.visit_bool(true),
            mark @ mark::INTEGER..mark::INTEGERS_END => {
                let size = (mark - mark::INTEGER) % mark::SIZES;
                match mark - size {
                    mark::U8 => visitor.visit_u8(u8::from_le_bytes(self.integer(size, false)?)),
                    mark::U16 => visitor.visit_u16(u16::from_le_bytes(self.integer(size, false)?)),
                    mark::U32 => visitor.visit_u32(u32::from_le_bytes(self.integer(size, false)?)),
                    mark::U64 => visitor.visit_u64(u64::from_le_bytes(self.integer(size, false)?)),
                    mark::U128 => visitor.visit_u128(u128::from_le_bytes(self.integer(size, false)?)),
                    mark::I8 => visitor.visit_i8(i8::from_le_bytes(self.integer(size, true)?)),
                    mark::I16 => visitor.visit_i16(i16::from_le_bytes(self.integer(size, true)?)),
                    mark::I32 => visitor.visit_i32(i32::from_le_bytes(self.integer(size, true)?)),
                    mark::I64 => visitor.visit_i64(i64::from_le_bytes(self.integer(size, true)?)),
                    _ => visitor.visit_i128(i128::from_le_bytes(self.integer(size, true)?)),
                }
            }
            mark::F32 => visitor.visit_f32(f32::from_le_bytes(self.plain()?)),
            mark::F64 => visitor.visit_f64(f64::from_le_bytes(self.plain()?)),
            mark::CHAR => visitor.visit_char(self.character()?),
            mark::TEXT => visitor.visit_borrowed_str(self.text()?),
            mark::BYTES => visitor.visit_borrowed_bytes(self.long()?),
            mark::NEWTYPE => self.within(|reader| visitor.visit_newtype_struct(reader)),
            mark::SEQUENCE | mark::TUPLE | mark::TUPLE_STRUCT => self.parts(visitor),
            mark::MAP | mark::MAP_IN_PART | mark::STRUCT | mark::STRUCT_IN_PART => self.pairs(false, visitor),
            // As other formats have them, since that is what `untagged` and `flatten` understand.
            mark::UNIT_VARIANT => visitor.visit_borrowed_str(self.name()?),
            mark::VARIANT => {
                let mut variant = OneVariant { name: Some(self.name()?), reader: self };
                visitor.visit_map(&mut variant)
            }
            other => Err(Problem(format!("{other} marks no value"))),
        }
    }
}

macro_rules! exact {
    ($($method:ident: $visit:ident($type:ident) = $mark:ident;)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
            match self.takes_integer(mark::$mark) {
                Some(size) => visitor.$visit($type::from_le_bytes(self.integer(size, $type::MIN != 0)?)),
                None => self.as_it_is(visitor),
            }
        })*
    };
}

impl<'de> de::Deserializer<'de> for &mut Reader<'de> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.as_it_is(visitor)
    }

    /// What the type that was sent has, and the one that is read hasn't, would be lost.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Problem> {
        Err(Problem(format!("its field `{}` is sent, and not read", self.field)))
    }

    exact! {
        deserialize_u8: visit_u8(u8) = U8;
        deserialize_u16: visit_u16(u16) = U16;
        deserialize_u32: visit_u32(u32) = U32;
        deserialize_u64: visit_u64(u64) = U64;
        deserialize_u128: visit_u128(u128) = U128;
        deserialize_i8: visit_i8(i8) = I8;
        deserialize_i16: visit_i16(i16) = I16;
        deserialize_i32: visit_i32(i32) = I32;
        deserialize_i64: visit_i64(i64) = I64;
        deserialize_i128: visit_i128(i128) = I128;
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        if !self.takes(&[mark::F32]) {
            return self.as_it_is(visitor);
        }
        visitor.visit_f32(f32::from_le_bytes(self.plain()?))
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        if !self.takes(&[mark::F64]) {
            return self.as_it_is(visitor);
        }
        visitor.visit_f64(f64::from_le_bytes(self.plain()?))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        let value = self.takes(&[mark::TRUE]);
        if value || self.takes(&[mark::FALSE]) { visitor.visit_bool(value) } else { self.as_it_is(visitor) }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        if self.takes(&[mark::CHAR]) { visitor.visit_char(self.character()?) } else { self.as_it_is(visitor) }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        if self.takes(&[mark::TEXT]) {
            visitor.visit_borrowed_str(self.text()?)
        } else {
            self.as_it_is(visitor)
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        if self.takes(&[mark::BYTES]) {
            visitor.visit_borrowed_bytes(self.long()?)
        } else {
            self.as_it_is(visitor)
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        if self.takes(&[mark::SOME]) {
            self.within(|reader| visitor.visit_some(reader))
        } else if self.takes(&[mark::NONE]) {
            visitor.visit_none()
        } else {
            self.as_it_is(visitor)
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        if self.takes(&[mark::UNIT]) { visitor.visit_unit() } else { self.as_it_is(visitor) }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        if self.takes(&[mark::UNIT_STRUCT]) { visitor.visit_unit() } else { self.as_it_is(visitor) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        if !self.takes(&[mark::NEWTYPE]) {
            self.is_to_be_checked = true;
        }
        self.within(|reader| visitor.visit_newtype_struct(reader))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        if self.takes(&[mark::SEQUENCE]) { self.parts(visitor) } else { self.as_it_is(visitor) }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Problem> {
        if self.takes(&[mark::TUPLE]) { self.parts(visitor) } else { self.as_it_is(visitor) }
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: usize,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        if !self.takes(&[mark::TUPLE_STRUCT]) {
            return self.as_it_is(visitor);
        }
        self.all_parts(fields, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        if self.takes(&[mark::MAP]) { self.pairs(false, visitor) } else { self.as_it_is(visitor) }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.fields(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        if self.takes(&[mark::UNIT_VARIANT]) {
            visitor.visit_enum(self.name()?.into_deserializer())
        } else if self.takes(&[mark::VARIANT]) {
            let name = self.name()?;
            visitor.visit_enum(OneVariant { name: Some(name), reader: self })
        } else {
            Err(Problem("what came is no variant of an enum".into()))
        }
    }
}

impl<'de> Reader<'de> {
    /// A field that was left out would put each behind it in the place before.
    fn all_parts<V: Visitor<'de>>(&mut self, fields: usize, visitor: V) -> Result<V::Value, Problem> {
        let there = self.rest.first_chunk().map(|&count| u32::from_le_bytes(count) as usize);
        if there != Some(fields) {
            return Err(Problem(format!("{} fields came of {fields}", there.unwrap_or(0))));
        }
        self.parts(visitor)
    }
}

/// The parts or pairs that are not read yet.
struct Rest<'r, 'de> {
    reader: &'r mut Reader<'de>,
    left: u32,
    /// Whether they are pairs of a struct's field and its value.
    has_fields: bool,
}

impl Rest<'_, '_> {
    fn next(&mut self) -> bool {
        let more = self.left.checked_sub(1);
        self.left = more.unwrap_or(0);
        more.is_some()
    }

    /// At most what can be there: a number that somebody has made up asks for no memory.
    fn size(&self) -> usize {
        self.reader.rest.len().min(self.left as usize)
    }
}

impl<'de> de::SeqAccess<'de> for &mut Rest<'_, 'de> {
    type Error = Problem;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Problem> {
        if self.next() { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.size())
    }
}

impl<'de> de::MapAccess<'de> for &mut Rest<'_, 'de> {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Problem> {
        if !self.next() {
            return Ok(None);
        }
        if self.has_fields {
            let mut ahead = Reader { rest: self.reader.rest, deeper: 0, field: "", is_to_be_checked: false };
            self.reader.field = ahead.name()?;
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        seed.deserialize(&mut *self.reader)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.size())
    }
}

/// A variant with a value: as an enum, or as a map of one pair.
struct OneVariant<'r, 'de> {
    name: Option<&'de str>,
    reader: &'r mut Reader<'de>,
}

impl<'de> de::EnumAccess<'de> for OneVariant<'_, 'de> {
    type Error = Problem;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Problem> {
        let name = self.name.unwrap_or_default();
        Ok((seed.deserialize(de::value::BorrowedStrDeserializer::new(name))?, self))
    }
}

impl<'de> de::VariantAccess<'de> for OneVariant<'_, 'de> {
    type Error = Problem;

    fn unit_variant(self) -> Result<(), Problem> {
        Err(Problem(format!(
            "variant `{}` came with a value that is not read",
            self.name.unwrap_or_default()
        )))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Problem> {
        self.reader.within(|reader| seed.deserialize(reader))
    }

    fn tuple_variant<V: Visitor<'de>>(self, fields: usize, visitor: V) -> Result<V::Value, Problem> {
        de::Deserializer::deserialize_tuple_struct(self.reader, "", fields, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.reader.fields(visitor)
    }
}

impl<'de> de::MapAccess<'de> for &mut OneVariant<'_, 'de> {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Problem> {
        let name = self.name.take();
        name.map(|name| seed.deserialize(de::value::BorrowedStrDeserializer::new(name))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        self.reader.within(|reader| seed.deserialize(reader))
    }
}

/// The same bytes with the parts of everything that has parts in one order.
fn in_order(bytes: &[u8]) -> Result<Vec<u8>, Problem> {
    let mut reader = Reader { rest: bytes, deeper: DEEPEST, field: "", is_to_be_checked: false };
    let mut ordered = Vec::new();
    reader.put_in_order(&mut ordered)?;
    Ok(ordered)
}

impl Reader<'_> {
    fn put_in_order(&mut self, ordered: &mut Vec<u8>) -> Result<(), Problem> {
        let start = self.rest;
        let mark = self.mark()?;
        let (each, count) = match mark {
            mark::SOME | mark::NEWTYPE => (1, 1),
            mark::VARIANT => (2, 1),
            mark::SEQUENCE | mark::TUPLE | mark::TUPLE_STRUCT => (1, self.count()?),
            mark::MAP | mark::MAP_IN_PART | mark::STRUCT | mark::STRUCT_IN_PART => (2, self.count()?),
            _ => {
                self.as_it_is_skipped(mark)?;
                ordered.extend(&start[..start.len() - self.rest.len()]);
                return Ok(());
            }
        };
        ordered.extend(&start[..start.len() - self.rest.len()]);
        let mut parts = self.within(|reader| {
            let mut parts = Vec::new();
            for _ in 0..count {
                let mut part = Vec::new();
                (0..each).try_for_each(|_| reader.put_in_order(&mut part))?;
                parts.push(part);
            }
            Ok(parts)
        })?;
        parts.sort();
        ordered.extend(parts.concat());
        Ok(())
    }

    /// Skips a value that has no parts.
    fn as_it_is_skipped(&mut self, mark: u8) -> Result<(), Problem> {
        let length = match mark {
            mark::UNIT | mark::UNIT_STRUCT | mark::NONE | mark::FALSE | mark::TRUE => 0,
            mark::INTEGER..mark::INTEGERS_END => 1 << ((mark - mark::INTEGER) % mark::SIZES),
            mark::F32 | mark::CHAR => 4,
            mark::F64 => 8,
            mark::TEXT | mark::BYTES => self.count()? as usize,
            mark::UNIT_VARIANT => return self.name().map(drop),
            other => return Err(Problem(format!("{other} marks no value"))),
        };
        self.take(length).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap, HashSet};
    use std::fmt::Debug;
    use std::net::IpAddr;
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::*;

    /// What comes of it on the other side.
    fn there<T: Serialize + DeserializeOwned>(value: &T) -> Result<T, Problem> {
        let mut bytes = Vec::new();
        write(&mut bytes, value)?;
        read(&bytes)
    }

    #[track_caller]
    fn arrives<T: Serialize + DeserializeOwned + Debug>(value: T) {
        match there(&value) {
            // By the text: what is not a number does not equal itself.
            Ok(same) => assert_eq!(format!("{same:?}"), format!("{value:?}")),
            Err(problem) => panic!("{value:?}: {problem}"),
        }
    }

    #[track_caller]
    fn refused<T: Serialize + DeserializeOwned + Debug>(value: T, why: &str) {
        let problem = there(&value).expect_err("it can't be told from another value").to_string();
        assert!(problem.contains(why), "{value:?}: {problem}");
    }

    #[test]
    fn plain_values_arrive() {
        arrives((true, false, 'ß', '\u{10FFFF}', String::from("text"), String::new()));
        arrives((u8::MAX, u16::MAX, u32::MAX, u64::MAX, u128::MAX, usize::MAX));
        arrives((i8::MIN, i16::MIN, i32::MIN, i64::MIN, i128::MIN, isize::MIN));
        arrives((f32::NAN, f64::NAN, f32::INFINITY, f64::NEG_INFINITY, -0.0_f32, f64::MIN_POSITIVE));
        arrives((Duration::from_nanos(1), IpAddr::from([127, 0, 0, 1]), Ok::<u8, String>(3)));
        arrives(vec![vec![1_u8], vec![], vec![255]]);
        arrives([[1_u16, 2], [3, 4]]);
        let nan = f64::from_bits(0x7FF8_0000_0000_1234);
        assert_eq!(there(&nan).expect("a number of sorts").to_bits(), nan.to_bits());
    }

    #[test]
    fn integers_arrive_in_as_few_bytes_as_they_need() {
        for bits in 0..64 {
            let at = 1_u64 << bits;
            arrives([at - 1, at, at.wrapping_add(1), !at]);
            arrives([at as i64, (at as i64).wrapping_neg(), !at as i64, at.wrapping_sub(1) as i64]);
            arrives((at as u8, at as i8, at as u16, at as i16, at as u32, at as i32));
            let wide = u128::from(at) << 60;
            arrives((wide, wide - 1, wide as i128, (wide as i128).wrapping_neg(), !(wide as i128)));
        }
        let size = |value: i64| {
            let mut bytes = Vec::new();
            write(&mut bytes, &value).expect("a number");
            bytes.len() - 1
        };
        let sizes = [0, 127, 128, -128, -129, 32_767, 32_768, -1 << 31, 1 << 31].map(size);
        assert_eq!(sizes, [1, 1, 2, 1, 2, 2, 4, 4, 8]);
    }

    #[test]
    fn nothing_is_not_something_of_nothing() {
        arrives([None, Some(())]);
        arrives([None, Some(None), Some(Some(7_u32))]);
        arrives([None, Some(None), Some(Some(None)), Some(Some(Some(())))]);
        arrives(vec![(), (), ()]);
        arrives(Some(Vec::<()>::new()));
        arrives(Some([(); 0]));
        #[derive(Serialize, Deserialize, Debug)]
        struct Nothing;
        arrives([None, Some(Nothing)]);
        arrives(vec![Nothing, Nothing]);
        arrives(Some(serde_json::Value::Null));
        arrives(None::<serde_json::Value>);
    }

    #[test]
    fn maps_have_any_keys() {
        arrives(BTreeMap::from([(1_u8, 'a'), (2, 'b')]));
        arrives(BTreeMap::from([((1_u8, None), "a".to_owned()), ((1, Some(())), String::new())]));
        arrives(BTreeMap::from([(None, 1), (Some(false), 2)]));
        let all: HashMap<i64, Vec<char>> = (0..100).map(|n| (n, vec!['x'; n as usize])).collect();
        assert_eq!(there(&all).expect("it arrives"), all);
    }

    #[derive(Serialize, Deserialize, Debug)]
    struct Book {
        name: String,
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        tags: Vec<String>,
        #[serde(default)]
        authors: Vec<String>,
    }

    #[test]
    fn a_field_that_is_left_out_moves_no_other() {
        let authors = || vec!["Ann".to_owned()];
        arrives(Book { name: "n".into(), tags: vec![], authors: authors() });
        arrives(Book { name: "n".into(), tags: authors(), authors: vec![] });

        #[derive(Serialize, Deserialize, Debug)]
        struct Pair(
            #[serde(skip_serializing_if = "Option::is_none", default)] Option<u8>,
            #[serde(default)] u8,
        );
        arrives(Pair(Some(1), 2));
        refused(Pair(None, 2), "1 fields came of 2");

        fn ten() -> u8 {
            10
        }
        fn is_zero(n: &u8) -> bool {
            *n == 0
        }
        #[derive(Serialize, Deserialize, Debug)]
        struct Otherwise {
            #[serde(skip_serializing_if = "is_zero", default = "ten")]
            n: u8,
        }
        arrives(Otherwise { n: 10 });
        refused(Otherwise { n: 0 }, "from another one");
    }

    #[test]
    fn a_field_that_nobody_reads_is_an_error() {
        #[derive(Serialize, Deserialize, Debug)]
        struct Renamed {
            #[serde(rename(serialize = "a", deserialize = "b"), default)]
            n: u8,
        }
        refused(Renamed { n: 7 }, "`a` is sent, and not read");
    }

    #[derive(Serialize, Deserialize, Debug, PartialEq, Eq, Hash)]
    enum Shape {
        Point,
        Circle(Option<()>),
        Box(u8, u8),
        Named { of: Option<Option<u8>> },
    }

    #[test]
    fn variants_arrive_by_their_names() {
        arrives([
            Shape::Point,
            Shape::Circle(None),
            Shape::Circle(Some(())),
            Shape::Box(1, 2),
            Shape::Named { of: Some(None) },
        ]);

        #[derive(Serialize, Deserialize, Debug)]
        enum Skips {
            #[serde(skip)]
            #[expect(dead_code, reason = "it moves the places of the others")]
            Hidden,
            First,
            Second(u8),
        }
        arrives([Skips::First, Skips::Second(7)]);
    }

    #[test]
    fn types_that_look_before_they_read_arrive() {
        #[derive(Serialize, Deserialize, Debug)]
        #[serde(untagged)]
        enum Any {
            Shape(Shape),
            Named { of: Option<Option<u8>> },
            Number(u32),
            Pair(String, char),
            Nothing(Option<()>),
        }
        arrives([
            Any::Named { of: Some(None) },
            Any::Named { of: None },
            Any::Shape(Shape::Box(1, 2)),
            Any::Shape(Shape::Named { of: Some(Some(1)) }),
            Any::Number(1),
            Any::Pair("x".into(), 'y'),
            Any::Nothing(Some(())),
            Any::Nothing(None),
        ]);

        #[derive(Serialize, Deserialize, Debug)]
        #[serde(tag = "kind")]
        enum Tagged {
            Unit,
            Book(Book),
            Named { of: Option<()>, address: IpAddr },
        }
        let book = || Book { name: "n".into(), tags: vec![], authors: vec!["Ann".into()] };
        arrives([
            Tagged::Unit,
            Tagged::Book(book()),
            Tagged::Named { of: Some(()), address: [1, 2, 3, 4].into() },
        ]);

        #[derive(Serialize, Deserialize, Debug)]
        #[serde(tag = "kind", content = "what")]
        enum Beside {
            Unit,
            Some(Option<Option<()>>),
            Pair(u8, u8),
        }
        arrives([Beside::Unit, Beside::Some(Some(None)), Beside::Pair(1, 2)]);

        #[derive(Serialize, Deserialize, Debug)]
        struct Flat {
            number: i64,
            #[serde(flatten)]
            book: Book,
            #[serde(flatten)]
            perhaps: Option<Inner>,
            #[serde(flatten)]
            rest: BTreeMap<String, Option<Shape>>,
        }
        #[derive(Serialize, Deserialize, Debug)]
        struct Inner {
            a: Option<()>,
        }
        let rest = BTreeMap::from([("x".to_owned(), None), ("y".to_owned(), Some(Shape::Circle(Some(()))))]);
        arrives(Flat { number: -1, book: book(), perhaps: Some(Inner { a: Some(()) }), rest });
        arrives(serde_json::json!({"a": [1, -2, 0.5, null, {"b": true}], "c": "text", "d": u64::MAX}));
    }

    /// A type with flattened fields is written as a map, which says nothing of a field that is left out.
    #[test]
    fn a_field_that_is_left_out_beside_flattened_ones_is_no_other_value() {
        #[derive(Serialize, Deserialize, Debug)]
        struct Flat {
            #[serde(skip_serializing_if = "is_zero", default = "one")]
            number: u8,
            #[serde(flatten)]
            rest: BTreeMap<String, u8>,
        }
        fn is_zero(number: &u8) -> bool {
            *number == 0
        }
        fn one() -> u8 {
            1
        }
        let flat = |number| Flat { number, rest: BTreeMap::new() };
        arrives(flat(1));
        arrives(flat(7));
        refused(flat(0), "from another one");
    }

    #[test]
    fn a_type_that_takes_one_value_for_another_is_found_out() {
        #[derive(Serialize, Deserialize, Debug)]
        #[serde(untagged)]
        enum Number {
            Small(u8),
            Large(u64),
            Real(f32),
            Exact(f64),
            Text(String),
            Shape(Shape),
        }
        arrives([Number::Small(5), Number::Large(500), Number::Text("Point".into())]);
        refused(Number::Large(5), "from another one");
        refused(Number::Exact(0.1), "from another one");
        refused(Number::Shape(Shape::Point), "from another one");

        #[derive(Serialize, Deserialize, Debug)]
        #[serde(untagged)]
        enum Alike {
            Struct { x: u8 },
            Map(BTreeMap<String, u8>),
        }
        arrives(Alike::Struct { x: 1 });
        refused(Alike::Map(BTreeMap::from([("x".into(), 1)])), "from another one");

        /// Sent as a number, read as another.
        #[derive(Debug)]
        struct Rounded(f64);
        impl Serialize for Rounded {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_f64(self.0)
            }
        }
        impl<'de> Deserialize<'de> for Rounded {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                f32::deserialize(from).map(|rounded| Rounded(rounded.into()))
            }
        }
        arrives(Rounded(0.5));
        refused(Rounded(0.1), "from another one");
    }

    /// A set comes in another order each time, which is no other value.
    #[test]
    fn an_order_that_means_nothing_is_not_taken_for_a_difference() {
        #[derive(Serialize, Deserialize, Debug, PartialEq)]
        #[serde(untagged)]
        enum All {
            Shapes(HashSet<Shape>),
            Named(HashMap<String, HashSet<u64>>),
        }
        let shapes = [Shape::Point, Shape::Circle(None), Shape::Circle(Some(()))].into_iter();
        let shapes = All::Shapes(shapes.chain((0..50).map(|n| Shape::Box(n, n))).collect());
        let named = All::Named((0..50).map(|n| (n.to_string(), (0..n).collect())).collect());
        for all in [shapes, named] {
            assert_eq!(there(&all).expect("it arrives"), all);
        }
    }

    #[derive(Serialize, Deserialize)]
    struct Deep(Option<Box<Deep>>);

    fn deep(levels: usize) -> Deep {
        (0..levels).fold(Deep(None), |inner, _| Deep(Some(Box::new(inner))))
    }

    /// In a debug build, reading one of these takes much of the stack.
    #[derive(Serialize, Deserialize)]
    #[serde(tag = "kind")]
    enum Wide {
        Leaf { name: String, numbers: [u64; 20] },
        Branch { name: String, numbers: [u64; 20], more: Vec<Wide>, other: Option<Box<Wide>> },
    }

    fn wide(levels: usize) -> Wide {
        let (name, numbers) = (String::new(), [0; 20]);
        (0..levels).fold(Wide::Leaf { name: name.clone(), numbers }, |inner, level| {
            let (more, other) =
                if level % 2 == 0 { (vec![inner], None) } else { (Vec::new(), Some(Box::new(inner))) };
            Wide::Branch { name: name.clone(), numbers, more, other }
        })
    }

    #[test]
    fn a_thread_has_room_for_the_deepest_value() {
        let there_and_back = || {
            let passes = |levels: &usize| there(&wide(*levels)).is_ok();
            let most = (1..1_000).take_while(passes).count();
            assert!(most >= 30, "{most} levels");
        };
        // As much as a thread gets that doesn't ask for a size.
        let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(there_and_back);
        thread.expect("a thread").join().expect("it has room");
    }

    #[test]
    fn too_deep_is_an_error_and_no_crash() {
        assert!(there(&deep(100)).is_ok());
        let problem = there(&deep(5_000)).err().expect("too deep").to_string();
        assert!(problem.contains("deep in one another"), "{problem}");
        let endless = [mark::SOME; 1 << 20];
        assert!(read::<Deep>(&endless).is_err());
    }

    /// Whatever strays onto the wire: no panic, and no memory asked for by a length that somebody made up.
    #[test]
    fn any_bytes_are_a_value_or_an_error() {
        let mut number = 1_u64;
        for _ in 0..20_000 {
            let bytes: Vec<u8> = (0..40)
                .map(|_| {
                    number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (number >> 33) as u8 % 90
                })
                .collect();
            let _ = read::<serde_json::Value>(&bytes);
            let _ = read::<Vec<(Shape, Option<String>)>>(&bytes);
            let _ = in_order(&bytes);
        }
        let [a, b, c, d] = u32::MAX.to_le_bytes();
        for mark in [mark::SEQUENCE, mark::MAP, mark::TEXT, mark::BYTES] {
            assert!(read::<Vec<u64>>(&[mark, a, b, c, d]).is_err());
            assert!(read::<serde_json::Value>(&[mark, a, b, c, d]).is_err());
        }
        let mut bytes = Vec::new();
        write(&mut bytes, &("text", Some(7), 'c')).expect("it can be written");
        for cut in 0..bytes.len() {
            assert!(read::<(String, Option<i32>, char)>(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        bytes.push(0);
        assert!(read::<(String, Option<i32>, char)>(&bytes).is_err(), "a byte too many");
    }
}
