"""QR codes, drawn here."""

import io

import segno


def draw_qr(text: str) -> str:
    """The text as a QR code: SVG without styles and without a size of its own, black on white."""
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        picture,
        kind="svg",
        xmldecl=False,
        svgns=True,
        border=4,
        light="#ffffff",
        dark="#000000",
        omitsize=True,
    )
    return picture.getvalue().decode()
