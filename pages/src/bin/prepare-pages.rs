//! The child of [`pages::prepare`] as a program of its own, as the tests start it.

use std::io;

fn main() -> io::Result<()> {
    pages::prepare::serve(io::stdin().lock(), io::stdout().lock())
}
