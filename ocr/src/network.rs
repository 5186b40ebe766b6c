//! One neural network, and how it is run.

use rten::{Model, ModelOptions, RunOptions};
use rten_tensor::{NdTensor, NdTensorView};

use crate::{Error, threads::Threads};

#[derive(Debug)]
pub(crate) struct Network {
    model: Model,
    threads: Threads,
}

impl Network {
    /// Lays the weights out for the matrix kernels once, instead of on every run (a seventh of the time).
    pub(crate) fn load(onnx: &'static [u8], threads: &Threads) -> Result<Self, Error> {
        let mut options = ModelOptions::with_all_ops();
        options.prepack_weights(true);
        let model = options.load_static_slice(onnx).map_err(|error| Error::Model(error.into()))?;
        Ok(Self { model, threads: threads.clone() })
    }

    /// From pictures (count, channel, row, column) to the network's only output, of as many dimensions as it has.
    pub(crate) fn run<const DIMENSIONS: usize>(
        &self,
        input: NdTensorView<f32, 4>,
    ) -> Result<NdTensor<f32, DIMENSIONS>, Error> {
        let options = RunOptions::default().with_thread_pool(Some(self.threads.pool()));
        let output =
            self.model.run_one(input.into(), Some(options)).map_err(|error| Error::Recognition(error.into()))?;
        output.try_into().map_err(|error: rten::TryFromValueError| Error::Recognition(error.into()))
    }
}
