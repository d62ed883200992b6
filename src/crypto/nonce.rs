//! Nonces: 96 random bits each, from the operating system.

use crate::error::{Code, Error, Result};
use std::sync::Mutex;

/// Length of a nonce.
pub const NONCE: usize = 12;

/// Nonces fetched at once. Few: a machine that is restored from a snapshot would use again what
/// was fetched before it was taken.
const FETCHED: usize = 32;

/// Random bytes fetched ahead, so that a nonce does not cost a system call.
#[derive(Debug)]
struct Pool {
    bytes: [u8; NONCE * FETCHED],
    used: usize,
}

static POOL: Mutex<Pool> = Mutex::new(Pool { bytes: [0; NONCE * FETCHED], used: FETCHED });

/// A nonce that was not handed out before.
///
/// # Errors
/// `E_UNSUPPORTED` when the operating system gives no random bytes.
pub fn next() -> Result<[u8; NONCE]> {
    let mut pool = POOL.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if pool.used == FETCHED {
        getrandom::fill(&mut pool.bytes).map_err(|_| no_random())?;
        pool.used = 0;
    }
    let at = pool.used * NONCE;
    pool.used += 1;
    let mut nonce = [0; NONCE];
    nonce.copy_from_slice(&pool.bytes[at..at + NONCE]);
    Ok(nonce)
}

fn no_random() -> Error {
    Error::new(Code::Unsupported, "the operating system gave no random bytes")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn ten_million_nonces_are_distinct() {
        let number = |nonce: [u8; super::NONCE]| {
            let mut bytes = [0; 16];
            bytes[..super::NONCE].copy_from_slice(&nonce);
            u128::from_le_bytes(bytes)
        };
        let mut all: Vec<_> = (0..10_000_000).map(|_| number(super::next().unwrap())).collect();
        all.sort_unstable();
        assert!(all.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn threads_share_no_nonce() {
        let take = || (0..50_000).map(|_| super::next().unwrap()).collect::<Vec<_>>();
        let handles: Vec<_> = (0..4).map(|_| std::thread::spawn(take)).collect();
        let all: Vec<_> = handles.into_iter().flat_map(|one| one.join().unwrap()).collect();
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
    }
}
