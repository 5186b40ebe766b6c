//! The topic on which new images are announced to the workers.

use aws_config::SdkConfig;
use receipt::NewImage;

use crate::error::Error;

#[derive(Debug, Clone)]
pub(crate) struct NewImageTopic {
    sns: aws_sdk_sns::Client,
    arn: String,
}

impl NewImageTopic {
    pub(crate) fn new(aws: &SdkConfig, arn: String) -> Self {
        Self { sns: aws_sdk_sns::Client::new(aws), arn }
    }

    pub(crate) async fn announce(&self, image: &NewImage) -> Result<(), Error> {
        let message = serde_json::to_string(image).map_err(|error| Error::Internal(error.into()))?;
        let publish = self.sns.publish().topic_arn(&self.arn).message(message);
        publish.send().await.map(drop).map_err(Error::unavailable)
    }
}
