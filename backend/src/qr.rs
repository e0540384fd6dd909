//! QR codes, for what people carry on paper: certificates and cover sheets.

use crate::problem::{ApiError, ApiResult};
use qrcode::{EcLevel, QrCode, render};

/// An address as a QR code that a phone reads from paper: a seventh of it may be soiled (level M), and the quiet
/// zone that readers look for is part of the picture.
///
/// # Errors
/// If the address is too long for any code.
pub fn svg(address: &str) -> ApiResult<String> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M).map_err(|error| {
        ApiError::Internal(format!("no QR code for an address of {} bytes: {error}", address.len()))
    })?;
    let svg = code.render::<render::svg::Color<'_>>().quiet_zone(true).module_dimensions(4, 4).build();
    // Within a page, an XML declaration has no place.
    Ok(svg.split_once("?>").map_or(svg.as_str(), |(_, rest)| rest).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qr_code_is_a_picture_of_its_own_with_a_quiet_zone() {
        let svg = svg("https://cairn.example/v/AAAAAAAAAAAAAAAAAAAAAA").unwrap();
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
        // Four modules of four units each stay white on every side.
        assert!(svg.contains("M16 16h"));
        assert!(svg.len() < 40_000);
    }
}
