//! Accounts as the log names them.

use cairn_shared::text::Email;
use hkdf::Hkdf;
use sha2::Sha256;

/// What the key is for, so that nothing else that is made of the secret is the same.
const PURPOSE: &[u8] = b"cairn: accounts in the log, 1: ";
/// How many bytes of the hash are written: enough to tell accounts apart.
const BYTES: usize = 8;

/// Gives an account a name for the log: always the same one, from which nobody learns the address without the secret.
/// With a new secret every account has a new name.
pub struct Accounts(Hkdf<Sha256>);

impl Accounts {
    /// Those of a server with that secret.
    pub fn new(secret: &str) -> Self {
        Self(Hkdf::new(None, secret.as_bytes()))
    }

    /// The name of the account with that address, whether or not there is one.
    pub fn name(&self, address: &Email) -> String {
        let mut name = [0; BYTES];
        // It says no to lengths of thousands of bytes alone.
        let _ = self.0.expand_multi_info(&[PURPOSE, address.as_str().as_bytes()], &mut name);
        name.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_one_name_which_another_secret_changes() {
        let (ada, other): (Email, Email) = ("ada@cairn.example".parse().unwrap(), "ida@cairn.example".parse().unwrap());
        let accounts = Accounts::new("a secret of tests alone, long enough for anyone");
        let name = accounts.name(&ada);
        assert_eq!((name.len(), &name), (2 * BYTES, &accounts.name(&ada)));
        assert_ne!(name, accounts.name(&other));
        assert_ne!(name, Accounts::new("another secret of tests, long enough for anyone").name(&ada));
    }
}
