//! Nonces: 96 random bits each, from the operating system.

use crate::error::{Code, Error, Result};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Length of a nonce.
pub const NONCE: usize = 12;

/// Nonces fetched at once. Few: a machine that is restored from a snapshot would use again what
/// was fetched before it was taken.
const FETCHED: usize = 32;

/// How long what was fetched is good: a clone of a running machine has the same, and uses it only if it
/// goes on within this time.
const FRESH: Duration = Duration::from_millis(5);

/// Random bytes fetched ahead, so that a nonce does not cost a system call.
#[derive(Debug, Clone)]
struct Pool {
    bytes: [u8; NONCE * FETCHED],
    used: usize,
    fetched: Option<Instant>,
}

static POOL: Mutex<Pool> = Mutex::new(Pool::EMPTY);

impl Pool {
    const EMPTY: Self = Self { bytes: [0; NONCE * FETCHED], used: FETCHED, fetched: None };

    fn next(&mut self, now: Instant) -> Result<[u8; NONCE]> {
        let fresh = self.fetched.is_some_and(|then| now.duration_since(then) < FRESH);
        if self.used == FETCHED || !fresh {
            getrandom::fill(&mut self.bytes).map_err(|_| no_random())?;
            self.used = 0;
            self.fetched = Some(now);
        }
        let at = self.used * NONCE;
        self.used += 1;
        let mut nonce = [0; NONCE];
        nonce.copy_from_slice(&self.bytes[at..at + NONCE]);
        Ok(nonce)
    }
}

/// A nonce that was not handed out before.
///
/// # Errors
/// `E_UNSUPPORTED` when the operating system gives no random bytes.
pub fn next() -> Result<[u8; NONCE]> {
    let mut pool = POOL.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    pool.next(Instant::now())
}

pub(super) fn no_random() -> Error {
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
    fn a_clone_of_a_machine_that_paused_uses_no_nonce_of_the_other() {
        let mut pool = super::Pool::EMPTY;
        let start = std::time::Instant::now();
        let first = pool.next(start).unwrap();
        assert_ne!(pool.next(start + super::FRESH / 2).unwrap(), first);
        assert_eq!(pool.used, 2);
        let mut other = pool.clone();
        let later = start + super::FRESH;
        let both: HashSet<_> = (0..super::FETCHED)
            .flat_map(|_| [pool.next(later).unwrap(), other.next(later).unwrap()])
            .collect();
        assert_eq!(both.len(), 2 * super::FETCHED);
    }

    #[test]
    fn threads_share_no_nonce() {
        let take = || (0..50_000).map(|_| super::next().unwrap()).collect::<Vec<_>>();
        let handles: Vec<_> = (0..4).map(|_| std::thread::spawn(take)).collect();
        let all: Vec<_> = handles.into_iter().flat_map(|one| one.join().unwrap()).collect();
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
    }
}
