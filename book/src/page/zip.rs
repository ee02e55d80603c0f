//! A zip archive without compression, as an EPUB wants it: a crate for that would build with every book.

/// An archive that is being written.
#[derive(Default)]
pub struct Zip {
    /// Each file after its own head.
    files: Vec<u8>,
    /// The list of all files, which comes at the end.
    list: Vec<u8>,
    count: u16,
}

impl Zip {
    /// Adds a file, after those that are there.
    pub fn add(&mut self, name: &str, content: &[u8]) {
        let at = u32::try_from(self.files.len()).expect("it is a book, and not 4 GB");
        let size = u32::try_from(content.len()).expect("it is a chapter, and not 4 GB").to_le_bytes();
        let length = u16::try_from(name.len()).expect("a short name").to_le_bytes();
        let mut head = Vec::new();
        // Version 2.0; names in UTF-8; stored as it is; 1 January 1980, 0:00, so that the same book is the same file.
        for number in [20_u16, 1 << 11, 0, 0, 0x21] {
            head.extend(number.to_le_bytes());
        }
        head.extend(crc32(content).to_le_bytes());
        head.extend([size, size].concat());
        head.extend(length);
        head.extend([0, 0]); // no extra field
        self.files.extend(b"PK\x03\x04");
        self.files.extend(&head);
        self.files.extend(name.as_bytes());
        self.files.extend(content);
        self.list.extend(b"PK\x01\x02\x14\x00");
        self.list.extend(&head);
        self.list.extend([0; 10]); // no comment, first disk, no attributes
        self.list.extend(at.to_le_bytes());
        self.list.extend(name.as_bytes());
        self.count += 1;
    }

    /// The whole archive.
    pub fn end(self) -> Vec<u8> {
        let size = |bytes: &[u8]| u32::try_from(bytes.len()).expect("not 4 GB").to_le_bytes();
        let (at, length) = (size(&self.files), size(&self.list));
        let count = self.count.to_le_bytes();
        let mut archive = self.files;
        archive.extend(self.list);
        archive.extend(b"PK\x05\x06\x00\x00\x00\x00");
        archive.extend([count, count].concat());
        archive.extend([length, at].concat());
        archive.extend([0, 0]); // no comment
        archive
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_of_every_zip() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32(b""), 0);
    }
}
