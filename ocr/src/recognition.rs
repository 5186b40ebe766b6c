//! Reads one line of text with PP-OCRv6's recognition network.

use image::RgbImage;
use rten_tensor::{AsView, Layout, NdTensor, NdTensorView};

use crate::{
    Error,
    dictionary::{BLANK, Dictionary},
    geometry::TextBox,
    line_image::LineImage,
    network::Network,
    threads::Threads,
};

static MODEL: &[u8] = include_bytes!("../models/rec_small.onnx");

/// The network gives spaces too low a probability. Where the blank is likeliest between two characters but a space has this
/// probability, a space is read: one word in a hundred more is right.
const FAINT_SPACE: f32 = 0.1;

#[derive(Debug)]
pub(crate) struct Recogniser {
    network: Network,
    dictionary: Dictionary,
}

/// One character as the network read it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Glyph {
    pub(crate) character: char,
    /// 0 to 1.
    pub(crate) confidence: f32,
    /// Where it stands, as a fraction of the line's length. The network gives the place of a character, not its width.
    pub(crate) place: f32,
}

impl Recogniser {
    pub(crate) fn built_in(threads: &Threads) -> Result<Self, Error> {
        let dictionary = Dictionary::built_in().map_err(|error| Error::Model(error.into()))?;
        Ok(Self { network: Network::load(MODEL, threads)?, dictionary })
    }

    /// What stands in a box, character by character.
    pub(crate) fn read(&self, picture: &RgbImage, line: &TextBox) -> Result<Vec<Glyph>, Error> {
        let line_image = LineImage::cut(picture, line);
        let output: NdTensor<f32, 3> = self.network.run(line_image.input.view())?;
        let steps = output.slice(0);
        if steps.size(1) != self.dictionary.classes() {
            return Err(Error::Model("the dictionary is not the recognition model's".into()));
        }
        Ok(self.glyphs(steps, line_image.filled))
    }

    /// Greedy decoding of connectionist temporal classification: the likeliest class of each step, where a class that
    /// goes on from the step before is the same character still.
    fn glyphs(&self, steps: NdTensorView<f32, 2>, filled: f32) -> Vec<Glyph> {
        let count = steps.size(0);
        let place = |step: usize| ((step as f32 + 0.5) / count as f32 / filled).min(1.0);
        let space = self.dictionary.classes() - 1;
        let mut glyphs: Vec<Glyph> = Vec::new();
        let mut faint_space: Option<Glyph> = None;
        let mut previous = BLANK;
        for step in 0..count {
            let (class, confidence) = likeliest(steps.slice(step));
            if let Some(character) = self.dictionary.character(class) {
                if class != previous {
                    let between_words = character != ' ' && glyphs.last().is_some_and(|last| last.character != ' ');
                    glyphs.extend(faint_space.filter(|_| between_words));
                    glyphs.push(Glyph { character, confidence, place: place(step) });
                }
                faint_space = None;
            } else {
                let confidence = steps[[step, space]];
                if confidence > faint_space.map_or(FAINT_SPACE, |faint| faint.confidence) {
                    faint_space = Some(Glyph { character: ' ', confidence, place: place(step) });
                }
            }
            previous = class;
        }
        glyphs
    }
}

fn likeliest(probabilities: NdTensorView<f32, 1>) -> (usize, f32) {
    let mut likeliest = (BLANK, 0.0);
    for (class, probability) in probabilities.iter().enumerate() {
        if *probability > likeliest.1 {
            likeliest = (class, *probability);
        }
    }
    likeliest
}
