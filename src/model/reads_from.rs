//! Which members of a replica set documents are read from.

use crate::error::{Code, Error, Result};
use mongodb::options::{ReadPreference, ReadPreferenceOptions};

/// A read preference by its mode.
#[must_use]
pub fn read_preference(
    mode: &str,
    options: Option<ReadPreferenceOptions>,
) -> Option<ReadPreference> {
    match mode {
        "primary" => Some(ReadPreference::Primary),
        "primaryPreferred" => Some(ReadPreference::PrimaryPreferred { options }),
        "secondary" => Some(ReadPreference::Secondary { options }),
        "secondaryPreferred" => Some(ReadPreference::SecondaryPreferred { options }),
        "nearest" => Some(ReadPreference::Nearest { options }),
        _ => None,
    }
}

/// That of a model.
///
/// # Errors
/// `E_MODEL_DEFINITION` for what is no mode.
pub(super) fn of_model(mode: &str) -> Result<ReadPreference> {
    read_preference(mode, None).ok_or_else(|| {
        let what = "readPreference must be a mode, such as secondaryPreferred";
        Error::new(Code::ModelDefinition, what)
    })
}
