//! The way to a mail server: SMTP, encrypted unless the server is this very machine.

use super::{Carrier, Outgoing, Post, Trouble};
use crate::clock::Clock;
use lettre::{
    Address, Message,
    message::{
        Attachment, Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{SmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailParameter},
    },
};
use std::{net::IpAddr, time::Duration};

/// How long each answer of the mail server is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// A mail server, and how to speak to it.
#[derive(Debug, Clone)]
pub struct Server {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way to it is kept closed.
    pub security: Security,
    /// Who we are to it, if it asks.
    pub login: Option<Credentials>,
}

/// How the way to a mail server is kept closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first word on.
    Tls,
    /// TLS after STARTTLS, and no letter without it.
    StartTls,
    /// None: it is this very machine.
    Loopback,
}

const EXPECTED: &str = "CAIRN_SMTP_URL has to be like smtps://user:password@mail.university.example, or smtp:// for a \
                        server that offers STARTTLS. Write @, : and / in a password as %40, %3A and %2F.";

impl Server {
    /// Reads `smtps://user:password@host:port` (TLS, port 465 by itself) or `smtp://…` (STARTTLS, port 587 by itself).
    ///
    /// # Errors
    /// A sentence that says what is expected.
    pub fn parse(url: &str) -> Result<Self, String> {
        Self::read(url.trim()).ok_or_else(|| EXPECTED.to_owned())
    }

    fn read(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (login, place) = rest.rsplit_once('@').map_or((None, rest), |(login, place)| (Some(login), place));
        let login = match login {
            None => None,
            Some(login) => {
                let (user, password) = login.split_once(':')?;
                Some(Credentials::new(decoded(user)?, decoded(password)?))
            }
        };
        // An IPv6 address stands in brackets, because of its colons.
        let (host, port) = match place.strip_prefix('[') {
            Some(rest) => rest.split_once(']')?,
            None => place.find(':').map_or((place, ""), |at| place.split_at(at)),
        };
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || "/?#".contains(c)) {
            return None;
        }
        let (security, usual) = match scheme {
            "smtps" => (Security::Tls, 465),
            "smtp" if is_loopback(host) => (Security::Loopback, 587),
            "smtp" => (Security::StartTls, 587),
            _ => return None,
        };
        let port = match port {
            "" => usual,
            port => port.strip_prefix(':')?.parse().ok()?,
        };
        Some(Self { host: host.to_owned(), port, security, login })
    }
}

/// Whether a host is this machine by its very name: no look-up decides over encryption.
fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Percent-decodes a part of an address.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let hex = std::str::from_utf8(rest.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(hex, 16).ok()?);
        rest = &rest[2..];
    }
    String::from_utf8(bytes).ok()
}

/// Carries letters to a mail server. While there are more it stays connected.
pub struct Smtp {
    server: Server,
    from: Mailbox,
    name: ClientId,
    line: Option<SmtpConnection>,
}

impl Smtp {
    /// By that post, under the name of the host that letters are from.
    pub fn new(post: Post) -> Self {
        let name = ClientId::Domain(post.from.email.domain().to_owned());
        Self { server: post.server, from: post.from, name, line: None }
    }

    fn connect(&self) -> Result<SmtpConnection, Trouble> {
        let Server { host, port, security, login } = &self.server;
        let tls = match security {
            Security::Loopback => None,
            _ => Some(
                TlsParameters::new(host.clone()).map_err(|e| away("TLS can’t be set up for the mail server", &e))?,
            ),
        };
        let at_once = tls.as_ref().filter(|_| *security == Security::Tls);
        let mut line = SmtpConnection::connect((host.as_str(), *port), Some(PATIENCE), &self.name, at_once, None)
            .map_err(|e| away("the mail server does not answer", &e))?;
        if let Some(tls) = tls.filter(|_| *security == Security::StartTls) {
            if !line.can_starttls() {
                line.abort();
                return Err(Trouble::Unreachable { why: "the mail server does not offer STARTTLS", code: None });
            }
            line.starttls(&tls, &self.name).map_err(|e| away("TLS with the mail server did not begin", &e))?;
        }
        if let Some(login) = login
            && let Err(error) = line.auth(DEFAULT_MECHANISMS, login)
        {
            line.abort();
            return Err(away("the mail server does not know our user name and password", &error));
        }
        Ok(line)
    }

    fn message(&self, letter: &Outgoing) -> Option<(Address, Vec<u8>)> {
        let to: Address = letter.to.parse().ok()?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to.clone()))
            .subject(letter.subject.replace(char::is_control, " "))
            // The same at each try, so that a mailbox which gets it twice can tell.
            .message_id(Some(format!("<{}@{}>", letter.id, self.from.email.domain())))
            .date(Clock::of_the_world(letter.at))
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ));
        let message = match &letter.calendar {
            None => message.header(ContentType::TEXT_PLAIN).body(letter.body.clone()),
            Some(calendar) => {
                message.multipart(MultiPart::mixed().singlepart(SinglePart::plain(letter.body.clone())).singlepart(
                    Attachment::new("celebration.ics".into()).body(calendar.clone(), calendar_type(calendar)),
                ))
            }
        };
        let message = message.ok()?;
        Some((to, message.formatted()))
    }
}

/// What a calendar is called in a letter: with how it is meant, by which mail programs know an invitation from a cancellation (RFC 6047).
fn calendar_type(calendar: &str) -> ContentType {
    let method = calendar.lines().find_map(|line| line.strip_prefix("METHOD:")).unwrap_or("PUBLISH");
    let kind = format!("text/calendar; charset=utf-8; method={method}");
    ContentType::parse(&kind).unwrap_or(ContentType::TEXT_PLAIN)
}

impl Carrier for Smtp {
    fn carry(&mut self, letter: &Outgoing) -> Result<(), Trouble> {
        let (to, text) = self.message(letter).ok_or(Trouble::NotTaken { code: None })?;
        let kept = self.line.take().and_then(|mut line| line.test_connected().then_some(line));
        let mut line = match kept {
            Some(line) => line,
            None => self.connect()?,
        };
        match give(&mut line, &self.from.email, to, &text) {
            Ok(()) => {
                self.line = Some(line);
                Ok(())
            }
            Err(trouble) => {
                line.abort();
                Err(trouble)
            }
        }
    }

    fn rest(&mut self) {
        if let Some(mut line) = self.line.take() {
            line.abort();
        }
    }
}

/// Gives one letter to a mail server that we are connected with.
fn give(line: &mut SmtpConnection, from: &Address, to: Address, text: &[u8]) -> Result<(), Trouble> {
    let mut options = Vec::new();
    if !to.to_string().is_ascii() {
        if !line.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(Trouble::NotTaken { code: None });
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    // Nothing of the letter was said yet: what is not right here is not right for any of them.
    line.command(Mail::new(Some(from.clone()), options))
        .map_err(|e| away("the mail server takes no letters from us", &e))?;
    line.command(Rcpt::new(to, Vec::new())).map_err(|e| about_the_letter(&e))?;
    line.command(Data).map_err(|e| about_the_letter(&e))?;
    line.message(text).map_err(|e| about_the_letter(&e))?;
    Ok(())
}

fn away(why: &'static str, error: &Error) -> Trouble {
    Trouble::Unreachable { why, code: error.status().map(u16::from) }
}

fn about_the_letter(error: &Error) -> Trouble {
    match error.status().map(u16::from) {
        // "Service not available, closing transmission channel" (RFC 5321, section 3.8).
        None | Some(421) => away("the mail server went away", error),
        code if error.is_permanent() => Trouble::NotTaken { code },
        code => Trouble::NotNow { code },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(url: &str) -> (String, u16, Security, bool) {
        let server = Server::parse(url).unwrap();
        (server.host, server.port, server.security, server.login.is_some())
    }

    #[test]
    fn the_way_is_encrypted_unless_it_stays_on_this_machine() {
        assert_eq!(read("smtps://mail.example"), ("mail.example".into(), 465, Security::Tls, false));
        assert_eq!(read("smtp://mail.example"), ("mail.example".into(), 587, Security::StartTls, false));
        assert_eq!(read("smtp://mail.example:25/"), ("mail.example".into(), 25, Security::StartTls, false));
        for host in ["10.0.0.7", "0.0.0.0", "[2001:db8::1]", "localhost.example", "127.0.0.1.example", "mail"] {
            assert_eq!(read(&format!("smtp://{host}:25")).2, Security::StartTls, "{host}");
        }
        for host in ["127.0.0.1", "127.8.8.8", "[::1]", "localhost", "LOCALHOST"] {
            assert_eq!(read(&format!("smtp://{host}:25")).2, Security::Loopback, "{host}");
        }
        assert_eq!(read("smtps://127.0.0.1").2, Security::Tls);
        assert_eq!(read("smtp://[::1]").0, "::1");
    }

    #[test]
    fn user_and_password_are_decoded() {
        let login = Server::parse("smtps://cairn%40u.example:p%3Aa%2Fs@s@mail.example").unwrap().login;
        assert_eq!(login, Some(Credentials::new("cairn@u.example".into(), "p:a/s@s".into())));
    }

    #[test]
    fn what_is_no_mail_server_is_told_what_to_be() {
        for url in [
            "",
            "mail.example",
            "http://mail.example",
            "smtp://",
            "smtp://user@mail.example",
            "smtp://mail.example:lots",
            "smtp://mail.example/inbox",
            "smtp://us%er:p@mail.example",
            "smtp://[::1",
        ] {
            assert_eq!(Server::parse(url).unwrap_err(), EXPECTED, "{url}");
        }
    }

    proptest! {
        #[test]
        fn whatever_stands_for_a_mail_server_is_one_or_told_what_to_be(text in "(smtps?://)?.{0,60}") {
            if let Ok(server) = Server::parse(&text) {
                prop_assert!(!server.host.is_empty());
            }
        }
    }
}
