//! The Mersenne Twister (MT19937), seeded as the design's drawings were, so that a stone has the same shape on the
//! screen, in print and in the design guide. For drawings alone.

const N: usize = 624;
const M: usize = 397;

/// A run of numbers that a seed settles.
pub struct Random {
    state: Vec<u32>,
    at: usize,
}

impl Random {
    /// The run of this seed.
    pub fn new(seed: u32) -> Self {
        let mut state = vec![0_u32; N];
        state[0] = 19_650_218;
        for i in 1..N {
            state[i] = mix(state[i - 1], 1_812_433_253).wrapping_add(i as u32);
        }
        let mut i = 1;
        for _ in 0..N {
            state[i] = (state[i] ^ mix(state[i - 1], 1_664_525)).wrapping_add(seed);
            i = step(&mut state, i);
        }
        for _ in 1..N {
            state[i] = (state[i] ^ mix(state[i - 1], 1_566_083_941)).wrapping_sub(i as u32);
            i = step(&mut state, i);
        }
        state[0] = 0x8000_0000;
        Self { state, at: N }
    }

    fn next(&mut self) -> u32 {
        if self.at == N {
            for i in 0..N {
                let y = (self.state[i] & 0x8000_0000) | (self.state[(i + 1) % N] & 0x7fff_ffff);
                let odd = if y & 1 == 1 { 0x9908_b0df } else { 0 };
                self.state[i] = self.state[(i + M) % N] ^ (y >> 1) ^ odd;
            }
            self.at = 0;
        }
        let mut y = self.state[self.at];
        self.at += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    /// A number from `from` up to `to`.
    pub fn between(&mut self, from: f64, to: f64) -> f64 {
        let (a, b) = (f64::from(self.next() >> 5), f64::from(self.next() >> 6));
        from + (to - from) * ((a * 67_108_864.0 + b) / 9_007_199_254_740_992.0)
    }

    /// A number that is off by at most `by`.
    pub fn off(&mut self, by: f64) -> f64 {
        self.between(-by, by)
    }
}

fn mix(before: u32, by: u32) -> u32 {
    (before ^ (before >> 30)).wrapping_mul(by)
}

fn step(state: &mut [u32], i: usize) -> usize {
    if i + 1 == N {
        state[0] = state[N - 1];
        1
    } else {
        i + 1
    }
}
