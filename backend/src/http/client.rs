//! Where a request comes from, for counting tries.
//!
//! Behind a proxy every request comes from the proxy, which says in `X-Forwarded-For` for whom it asks. It is believed
//! only where the configuration names it: anybody can write that header.

use crate::state::State;
use actix_web::{HttpRequest, web::Data};
use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

/// The proxies that are believed.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Proxies(Vec<Network>);

/// Addresses that begin with the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    bits: u32,
}

impl FromStr for Proxies {
    type Err = String;

    /// Reads addresses and networks, separated by commas: `127.0.0.1, 10.0.0.0/8, ::1`.
    fn from_str(text: &str) -> Result<Self, String> {
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        words.map(Network::read).collect::<Result<_, _>>().map(Self)
    }
}

impl Network {
    fn read(word: &str) -> Result<Self, String> {
        let (address, bits) = word.split_once('/').map_or((word, None), |(address, bits)| (address, Some(bits)));
        let network = address.parse::<IpAddr>().ok().and_then(|address| {
            let most = if address.is_ipv4() { 32 } else { 128 };
            let bits = bits.map_or(Some(most), |bits| bits.parse().ok())?;
            (bits <= most).then_some(Self { address, bits })
        });
        network.ok_or_else(|| format!("“{word}” is no address and no network, such as 10.0.0.7 or 10.0.0.0/8"))
    }

    fn holds(self, address: IpAddr) -> bool {
        let (one, other, width) = match (self.address, address) {
            (IpAddr::V4(one), IpAddr::V4(other)) => (u128::from(one.to_bits()), u128::from(other.to_bits()), 32),
            (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits(), other.to_bits(), 128),
            _ => return false,
        };
        // A shift by the whole width is none that a machine can do.
        self.bits == 0 || (one ^ other) >> (width - self.bits) == 0
    }
}

impl Proxies {
    /// Who asks, when that peer brings those values of `X-Forwarded-For`: the last that no believed proxy stands for.
    fn client(&self, peer: IpAddr, forwarded: &str) -> IpAddr {
        let mut client = peer.to_canonical();
        for word in forwarded.rsplit(',') {
            let believed = self.0.iter().any(|network| network.holds(client));
            let Some(before) = believed.then(|| read(word.trim())).flatten() else { break };
            client = before.to_canonical();
        }
        client
    }
}

/// Whether a request comes straight from a proxy that is believed.
pub fn is_believed(peer: Option<SocketAddr>, proxies: &Proxies) -> bool {
    peer.is_some_and(|peer| proxies.0.iter().any(|network| network.holds(peer.ip().to_canonical())))
}

/// An address as proxies write it, with a port or without.
fn read(word: &str) -> Option<IpAddr> {
    word.parse().ok().or_else(|| word.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// What tries are counted under: an address, or the network that one household has of IPv6.
fn counted(client: IpAddr) -> String {
    match client {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{}/64", Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

/// Where a request comes from, for counting tries.
pub fn address(request: &HttpRequest) -> String {
    let Some(peer) = request.peer_addr() else { return String::new() };
    // Several headers of that name are one list.
    let forwarded: Vec<&str> =
        request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok()).collect();
    let client = request
        .app_data::<Data<State>>()
        .map_or(peer.ip(), |state| state.config.proxies.client(peer.ip(), &forwarded.join(",")));
    counted(client)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn client(proxies: &str, peer: &str, forwarded: &str) -> String {
        counted(proxies.parse::<Proxies>().unwrap().client(peer.parse().unwrap(), forwarded))
    }

    #[test]
    fn only_a_proxy_that_is_named_is_believed() {
        let proxies = "127.0.0.1, 10.1.0.0/16, fd00::/8";
        for (peer, forwarded, expected) in [
            ("192.0.2.7", "", "192.0.2.7"),
            ("192.0.2.7", "203.0.113.9", "192.0.2.7"),
            ("127.0.0.1", "", "127.0.0.1"),
            ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
            // What the client wrote itself stands further left.
            ("127.0.0.1", "1.2.3.4, 203.0.113.9", "203.0.113.9"),
            ("127.0.0.1", "1.2.3.4, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
            ("127.0.0.1", "1.2.3.4, 10.2.2.3", "10.2.2.3"),
            ("::ffff:127.0.0.1", "203.0.113.9:4711", "203.0.113.9"),
            ("fd00::1", "[2001:db8:1:2:3::4]:99", "2001:db8:1:2::/64"),
            ("127.0.0.1", "unknown", "127.0.0.1"),
            ("127.0.0.1", "203.0.113.9, ", "127.0.0.1"),
        ] {
            assert_eq!(client(proxies, peer, forwarded), expected, "{peer} with “{forwarded}”");
        }
        assert_eq!(client("", "127.0.0.1", "203.0.113.9"), "127.0.0.1");
        assert_eq!(client("0.0.0.0/0", "192.0.2.7", "203.0.113.9"), "203.0.113.9");
    }

    #[test]
    fn what_is_no_address_is_told() {
        for word in ["here", "10.0.0.0/33", "10.0.0.0/x", "::/129"] {
            assert!(word.parse::<Proxies>().unwrap_err().contains(word));
        }
    }

    proptest! {
        #[test]
        fn whatever_a_header_says_there_is_one_address(header in ".{0,80}", list in "[0-9a-f:., \\[\\]]{0,60}") {
            for forwarded in [header.as_str(), &list] {
                let believed = client("127.0.0.1", "127.0.0.1", forwarded);
                let address = believed.trim_end_matches("/64");
                prop_assert!(address.parse::<IpAddr>().is_ok(), "{believed}");
                // Who is no proxy is whom they are, whatever they write.
                prop_assert_eq!(client("127.0.0.1", "192.0.2.7", forwarded), "192.0.2.7");
            }
            let _ = header.parse::<Proxies>();
        }
    }
}
