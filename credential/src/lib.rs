//! Open Badges 3.0: what an award is to a machine, signed, baked, and checked again.
//!
//! Everything here is pure: keys, moments and random numbers are handed in, contexts ship with the crate, and nothing is
//! fetched. So the server and a page that is kept on a disk run the same code. Shapes and algorithms are those of
//! Open Badges 3.0 (1EdTech), Verifiable Credentials 2.0, Data Integrity EdDSA Cryptosuites 1.0, VC-JOSE-COSE and
//! Bitstring Status List 1.0 (W3C).

pub mod badge;
pub mod bake;
mod canonical;
pub mod check;
pub mod jwt;
pub mod key;
pub mod proof;
pub mod snapshot;
pub mod status;
pub mod words;

/// Why something that was shown to us can't be taken for a badge of this issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// There is no Open Badges 3.0 credential in it.
    #[error("there is no Open Badges 3.0 credential in this")]
    NotABadge,
    /// It says that somebody else issued it.
    #[error("another issuer is named in this")]
    NotOurs,
    /// It says that this issuer issued it, and this issuer's signature is not under what it says.
    #[error("this is not what the issuer signed")]
    Altered,
    /// It says that this issuer signed it with a key that is newer than all that are known here.
    #[error("the key under this is newer than those that are known")]
    UnknownKey,
}

#[cfg(test)]
mod sample;
