"""Looks at a printed document as a printer, a phone and a reader of screens do: `printed.py FILE` says, as JSON, what it is and what is on its pages.

PDFium draws the pages, names what is on them and walks the tree in which they are read aloud; ZXing reads the codes from the drawing. Neither knows
anything of how the document was made. `printed.py FILE undrawn` leaves out the codes and the margins, for which each page has to be drawn.
"""

import ctypes
import itertools
import json
import re
import sys
import xml.etree.ElementTree

import pypdfium2
import pypdfium2.raw as pdfium
import zxingcpp

KINDS = {
    pdfium.FPDF_PAGEOBJ_TEXT: "text",
    pdfium.FPDF_PAGEOBJ_PATH: "path",
    pdfium.FPDF_PAGEOBJ_IMAGE: "image",
    pdfium.FPDF_PAGEOBJ_SHADING: "shading",
}
# No letter has this number, so a typeface has the shape of a missing letter for it.
NO_LETTER = "\ue000"
# So many points from the edge of a page are its margin: the frame of a certificate stands further in.
MARGIN = 14
SCALE = 3


def letter_at(text, at):
    """A letter of a page's text. PDFium has a sign of its own for a hyphen at the end of a line."""
    return "-" if pdfium.FPDFText_IsHyphen(text, at) == 1 else chr(pdfium.FPDFText_GetUnicode(text, at))


def told(ask, *of):
    """A text that PDFium writes where it is told to, once it has said how long it is. None where there is none."""
    length = ask(*of, None, 0)
    if length <= 2:
        return None
    text = ctypes.create_string_buffer(length)
    ask(*of, ctypes.cast(text, ask.argtypes[-2]), length)
    return text.raw[: length - 2].decode("utf-16-le")


def objects(count, get, of, place=pypdfium2.PdfMatrix()):
    """What is on a page, or in a drawing that is put on it, and where: left, bottom, right and top in points."""
    for at in range(count(of)):
        one = get(of, at)
        kind = pdfium.FPDFPageObj_GetType(one)
        if kind == pdfium.FPDF_PAGEOBJ_FORM:
            own = pdfium.FS_MATRIX()
            pdfium.FPDFPageObj_GetMatrix(one, own)
            within = pypdfium2.PdfMatrix.from_raw(own).multiply(place)
            yield from objects(pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, one, within)
            continue
        edges = [ctypes.c_float() for _ in range(4)]
        pdfium.FPDFPageObj_GetBounds(one, *edges)
        bounds = place.on_rect(*(edge.value for edge in edges))
        found = {"kind": KINDS[kind], "bounds": [round(edge, 1) for edge in bounds]}
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            fill, stroke = ctypes.c_int(), ctypes.c_int()
            pdfium.FPDFPath_GetDrawMode(one, fill, stroke)
            found["segments"] = pdfium.FPDFPath_CountSegments(one)
            found["line"] = bool(stroke.value)
        yield found


def element(one, marked):
    """A part of the tree: what it is, what it says, and what is in it."""
    says = [told(pdfium.FPDF_StructElement_GetActualText, one)]
    parts = []
    for at in range(pdfium.FPDF_StructElement_CountChildren(one)):
        child = pdfium.FPDF_StructElement_GetChildAtIndex(one, at)
        if child:
            parts.append(element(child, marked))
        elif says[0] is None:
            says.append(marked.get(pdfium.FPDF_StructElement_GetChildMarkedContentID(one, at)))
    return {
        "role": told(pdfium.FPDF_StructElement_GetType, one),
        "alt": told(pdfium.FPDF_StructElement_GetAltText, one),
        "says": " ".join(text for text in says if text),
        "parts": parts,
    }


def tree(page, text):
    """The page's part of the tree: None where the document has none. Whatever decorates is not in it."""
    marked = {}
    for at in range(text.count_chars()):
        written = pdfium.FPDFText_GetTextObject(text, at)
        mark = pdfium.FPDFPageObj_GetMarkedContentID(written) if written else -1
        marked[mark] = marked.get(mark, "") + letter_at(text, at)
    # What is in no part has this number, and so has a part that says nothing itself.
    marked.pop(-1, None)
    found = pdfium.FPDF_StructTree_GetForPage(page)
    if not found:
        return None
    count = pdfium.FPDF_StructTree_CountChildren(found)
    tops = [element(pdfium.FPDF_StructTree_GetChildAtIndex(found, at), marked) for at in range(count)]
    pdfium.FPDF_StructTree_Close(found)
    return tops


def shape(font, letter):
    """A letter's outline in a typeface. None where nothing is drawn, as for a space."""
    drawn = pdfium.FPDFFont_GetGlyphPath(font, ord(letter), 100)
    if not drawn:
        return None
    points = []
    for at in range(pdfium.FPDFGlyphPath_CountGlyphSegments(drawn)):
        x, y = ctypes.c_float(), ctypes.c_float()
        pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFGlyphPath_GetGlyphPathSegment(drawn, at), x, y)
        points.append((x.value, y.value))
    return points


def missing(text):
    """The letters for which a typeface draws what it has for a missing one, or that stand for no letter at all."""
    seen = []
    for at in range(text.count_chars()):
        written = pdfium.FPDFText_GetTextObject(text, at)
        # Spaces and ends of lines that PDFium makes up are drawn by no typeface.
        if not written or pdfium.FPDFText_IsGenerated(text, at) == 1:
            continue
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(text, at, x, y)
        seen.append((at, pdfium.FPDFTextObj_GetFont(written), (x.value, y.value)))
    shapes = {}

    def shape_of(font, letter):
        key = (ctypes.cast(font, ctypes.c_void_p).value, letter)
        if key not in shapes:
            shapes[key] = shape(font, letter)
        return shapes[key]

    lacking = []
    # Letters that share one shape, such as those of a ligature, begin at the same place, and have none of their own to look at.
    for _, together in itertools.groupby(seen, key=lambda one: one[2]):
        together = list(together)
        for at, font, _ in together:
            letter = letter_at(text, at)
            is_box = len(together) == 1 and shape_of(font, letter) == shape_of(font, NO_LETTER)
            if is_box or letter == "\0" or pdfium.FPDFText_HasUnicodeMapError(text, at) == 1:
                lacking.append(letter)
    return lacking


def margins(drawn):
    """How much of the left, top, right and bottom margin is not just paper: a share of one."""
    (width, height), deep = drawn.size, MARGIN * SCALE
    shares = []
    for box in [(0, 0, deep, height), (0, 0, width, deep), (width - deep, 0, width, height), (0, height - deep, width, height)]:
        colours = drawn.crop(box).getcolors(1 << 16)
        paper = max(count for count, _ in colours)
        shares.append(round(1 - paper / sum(count for count, _ in colours), 4))
    return shares


def described(file):
    """What the document says of itself in its XMP, which is for programs that know no PDF, and so stands there as it is."""
    found = re.search(rb"<x:xmpmeta.*?</x:xmpmeta>", file, re.DOTALL)
    if not found:
        return None
    top = xml.etree.ElementTree.fromstring(found.group())
    names = {
        "dc": "http://purl.org/dc/elements/1.1/",
        "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    }
    paths = {"pdfua": "pdfuaid:part", "title": "dc:title//rdf:li", "language": "dc:language//rdf:li"}
    return {what: [one.text for one in top.findall(f".//{path}", names)] for what, path in paths.items()}


with open(sys.argv[1], "rb") as file:
    xmp = described(file.read())
document = pypdfium2.PdfDocument(sys.argv[1])
undrawn = sys.argv[2:] == ["undrawn"]
pages = []
for page in document:
    drawn = None if undrawn else page.render(scale=SCALE).to_pil()
    text = page.get_textpage()
    pages.append(
        {
            "size": [round(length) for length in page.get_size()],
            "text": "".join(letter_at(text, at) for at in range(text.count_chars())),
            "codes": None if undrawn else [code.text for code in zxingcpp.read_barcodes(drawn)],
            "objects": list(objects(pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, page)),
            "tree": tree(page, text),
            "missing": missing(text),
            "margins": None if undrawn else margins(drawn),
        }
    )
print(
    json.dumps(
        {
            "tagged": bool(pdfium.FPDFCatalog_IsTagged(document)),
            "language": told(pdfium.FPDFCatalog_GetLanguage, document),
            "title": document.get_metadata_value("Title"),
            "xmp": xmp,
            "contents": [entry.get_title() for entry in document.get_toc()],
            "pages": pages,
        }
    )
)
