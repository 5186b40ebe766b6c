//! RSA over SHA-1 (RFC 8017 §8.2), which SNS still uses for `SignatureVersion` 1 and which aws-lc-rs verifies but,
//! rightly, does not sign. The key is a stand-in's and guards nothing, so constant time does not matter here.

use std::fmt;

use aws_lc_rs::digest;
use num_bigint::BigUint;

pub(crate) struct Sha1Key {
    modulus: BigUint,
    private_exponent: BigUint,
    /// The modulus's, in bytes.
    size: usize,
}

impl fmt::Debug for Sha1Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sha1Key").finish_non_exhaustive()
    }
}

impl Sha1Key {
    /// Takes an RSA key in PKCS #8 (RFC 5958): `{version, algorithm, key}`, where the key is an RFC 8017
    /// `RSAPrivateKey`, `{version, modulus, public exponent, private exponent, …}`.
    pub(crate) fn from_pkcs8(der: &[u8]) -> Option<Self> {
        let (fields, _) = element(der, SEQUENCE)?;
        let (_version, fields) = element(fields, INTEGER)?;
        let (_algorithm, fields) = element(fields, SEQUENCE)?;
        let (key, _) = element(fields, OCTET_STRING)?;
        let (fields, _) = element(key, SEQUENCE)?;
        let (_version, fields) = element(fields, INTEGER)?;
        let (modulus, fields) = element(fields, INTEGER)?;
        let (_public_exponent, fields) = element(fields, INTEGER)?;
        let (private_exponent, _) = element(fields, INTEGER)?;
        let modulus = BigUint::from_bytes_be(modulus);
        let size = usize::try_from(modulus.bits().div_ceil(8)).ok()?;
        (size >= 256).then(|| Self { modulus, private_exponent: BigUint::from_bytes_be(private_exponent), size })
    }

    pub(crate) fn sign(&self, text: &[u8]) -> Vec<u8> {
        let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, text);
        let mut padded = vec![0xff; self.size];
        let start = self.size - SHA1_PREFIX.len() - hash.as_ref().len();
        padded[..2].copy_from_slice(&[0, 1]);
        padded[start - 1] = 0;
        padded[start..start + SHA1_PREFIX.len()].copy_from_slice(&SHA1_PREFIX);
        padded[start + SHA1_PREFIX.len()..].copy_from_slice(hash.as_ref());

        let signature = BigUint::from_bytes_be(&padded).modpow(&self.private_exponent, &self.modulus).to_bytes_be();
        let mut filled = vec![0; self.size - signature.len()];
        filled.extend(signature);
        filled
    }
}

/// What stands before a SHA-1 hash in the padding (RFC 8017 §9.2, note 1).
const SHA1_PREFIX: [u8; 15] =
    [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;

/// The content of the DER element that stands first, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = der.split_first()?;
    let (&length, rest) = rest.split_first()?;
    let (length, rest) = if length < 0x80 {
        (usize::from(length), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
        let length = digits.iter().try_fold(0_usize, |sum, &digit| sum.checked_mul(256)?.checked_add(digit.into()))?;
        (length, rest)
    };
    (found == tag).then(|| rest.split_at_checked(length))?
}
