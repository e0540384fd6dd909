//! Our own drawings, from SVG, and QR codes: as outlines, so that they are sharp at any size.

use crate::sheet::{Unprintable, fill as plain, rgb};
use krilla::{
    geom::{Path, PathBuilder, Rect, Transform},
    num::NormalizedF32,
    paint::{Fill, FillRule, LineCap, LineJoin, Stroke},
    surface::Surface,
};
use qrcode::{Color, EcLevel, QrCode};
use usvg::{Group, Node, Options, Paint, Tree, tiny_skia_path::PathSegment};

/// A drawing.
pub(crate) struct Picture(Tree);

impl Picture {
    /// One of ours.
    pub(crate) fn new(svg: &str) -> Self {
        Self(Tree::from_str(svg, &Options::default()).expect("a drawing that ships with the program"))
    }

    /// Draws it with its upper left corner at a place, that wide.
    pub(crate) fn draw(&self, surface: &mut Surface<'_>, (x, y): (f32, f32), width: f32) {
        let scale = width / self.0.size().width();
        surface.push_transform(&Transform::from_row(scale, 0.0, 0.0, scale, x, y));
        group(surface, self.0.root());
        surface.pop();
    }
}

fn matrix(of: usvg::Transform) -> Transform {
    Transform::from_row(of.sx, of.ky, of.kx, of.sy, of.tx, of.ty)
}

fn outline(of: &usvg::Path) -> Option<Path> {
    let mut path = PathBuilder::new();
    add(&mut path, of);
    path.finish()
}

fn add(path: &mut PathBuilder, of: &usvg::Path) {
    for segment in of.data().segments() {
        match segment {
            PathSegment::MoveTo(to) => path.move_to(to.x, to.y),
            PathSegment::LineTo(to) => path.line_to(to.x, to.y),
            PathSegment::QuadTo(by, to) => path.quad_to(by.x, by.y, to.x, to.y),
            PathSegment::CubicTo(by, and, to) => path.cubic_to(by.x, by.y, and.x, and.y, to.x, to.y),
            PathSegment::Close => path.close(),
        }
    }
}

fn group(surface: &mut Surface<'_>, of: &Group) {
    surface.push_transform(&matrix(of.transform()));
    let mut within = PathBuilder::new();
    for child in of.clip_path().into_iter().flat_map(|clip| clip.root().children()) {
        if let Node::Path(path) = child {
            add(&mut within, path);
        }
    }
    let clip = within.finish();
    if let Some(clip) = &clip {
        surface.push_clip_path(clip, &FillRule::NonZero);
    }
    for child in of.children() {
        match child {
            Node::Group(inner) => group(surface, inner),
            Node::Path(path) => draw(surface, path),
            // Our drawings have neither.
            Node::Image(_) | Node::Text(_) => {}
        }
    }
    if clip.is_some() {
        surface.pop();
    }
    surface.pop();
}

fn draw(surface: &mut Surface<'_>, of: &usvg::Path) {
    let Some(path) = outline(of) else { return };
    surface.set_fill(of.fill().and_then(|fill| {
        let rule = match fill.rule() {
            usvg::FillRule::NonZero => FillRule::NonZero,
            usvg::FillRule::EvenOdd => FillRule::EvenOdd,
        };
        Some(Fill { paint: colour(fill.paint())?.into(), opacity: opacity(fill.opacity().get()), rule })
    }));
    surface.set_stroke(of.stroke().and_then(|stroke| {
        let line_cap = match stroke.linecap() {
            usvg::LineCap::Butt => LineCap::Butt,
            usvg::LineCap::Round => LineCap::Round,
            usvg::LineCap::Square => LineCap::Square,
        };
        let line_join = match stroke.linejoin() {
            usvg::LineJoin::Round => LineJoin::Round,
            usvg::LineJoin::Bevel => LineJoin::Bevel,
            usvg::LineJoin::Miter | usvg::LineJoin::MiterClip => LineJoin::Miter,
        };
        Some(Stroke {
            paint: colour(stroke.paint())?.into(),
            width: stroke.width().get(),
            opacity: opacity(stroke.opacity().get()),
            line_cap,
            line_join,
            ..Stroke::default()
        })
    }));
    surface.draw_path(&path);
}

/// Our drawings have plain colours alone.
fn colour(paint: &Paint) -> Option<krilla::color::rgb::Color> {
    match paint {
        Paint::Color(usvg::Color { red, green, blue }) => Some(rgb(u32::from_be_bytes([0, *red, *green, *blue]))),
        _ => None,
    }
}

fn opacity(of: f32) -> NormalizedF32 {
    NormalizedF32::new(of).unwrap_or(NormalizedF32::ONE)
}

/// Draws an address as a QR code that a phone reads from paper, on white and with its quiet zone of four modules, with its upper left corner at
/// a place, that wide. A seventh of it may be soiled (level M).
///
/// # Errors
/// [`Unprintable::Address`] if it is too long for any code.
pub(crate) fn qr(surface: &mut Surface<'_>, address: &str, (x, y): (f32, f32), width: f32) -> Result<(), Unprintable> {
    let code =
        QrCode::with_error_correction_level(address, EcLevel::M).map_err(|_| Unprintable::Address(address.len()))?;
    let modules = code.width();
    let module = width / (modules + 8) as f32;
    let mut path = PathBuilder::new();
    for (row, colours) in code.to_colors().chunks(modules).enumerate() {
        let mut column = 0;
        while column < modules {
            let dark = colours[column..].iter().take_while(|colour| **colour == Color::Dark).count();
            let left = x + (column + 4) as f32 * module;
            let top = y + (row + 4) as f32 * module;
            if let Some(rect) = Rect::from_xywh(left, top, dark as f32 * module, module).filter(|_| dark > 0) {
                path.push_rect(rect);
            }
            column += dark.max(1);
        }
    }
    crate::sheet::rectangle(surface, (x, y, width, width), Some(plain(0xff_ffff)), None);
    surface.set_stroke(None);
    surface.set_fill(Some(plain(0x1f_2a30)));
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
    Ok(())
}
