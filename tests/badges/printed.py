"""Looks at a printed document as a printer and a phone do: `printed.py FILE` says, as JSON, its pages' sizes, texts and QR codes.

PDFium draws the pages and ZXing reads the codes from the drawing; neither knows anything of how the document was made.
"""

import json
import sys

import pypdfium2
import pypdfium2.raw
import zxingcpp

document = pypdfium2.PdfDocument(sys.argv[1])
pages = []
for page in document:
    drawn = page.render(scale=3).to_pil()
    codes = [code.text for code in zxingcpp.read_barcodes(drawn)]
    text = page.get_textpage().get_text_bounded()
    pages.append({"size": [round(length) for length in page.get_size()], "text": text, "codes": codes})
print(
    json.dumps(
        {
            "tagged": bool(pypdfium2.raw.FPDFCatalog_IsTagged(document)),
            "title": document.get_metadata_value("Title"),
            "contents": [entry.get_title() for entry in document.get_toc()],
            "pages": pages,
        }
    )
)
