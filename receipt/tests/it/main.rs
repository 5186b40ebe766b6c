//! What must hold for whatever the parser is given. The fuzz target `receipt` asks the same of what it makes up.

mod any;
mod bounds;
mod corpus;
mod covered_figures;
mod curled;
mod deform;
mod input;
mod mined;
mod partial_views;
mod parts;
#[path = "../../src/reading/tests/photograph.rs"]
mod photograph;
mod several;
mod verdicts;

// For the drawing of receipts, which belongs to the crate's own tests.
use receipt::textract;
