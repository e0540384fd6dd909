//! The `cairn` binary, as those who run it know it: its sub-commands, what it says, and how it starts and ends.

mod backup;
mod bucket;
mod check;
mod commands;
mod disaster;
mod full;
mod keys;
mod log;
mod serve;
mod tls;
mod traces;
mod watch;
mod wire;
