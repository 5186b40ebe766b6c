//! What must hold for whatever the parser is given. The fuzz target `receipt` asks the same of what it makes up.

mod any;
mod bounds;
mod corpus;
mod input;
