"""A text as a square picture that a telephone reads (ISO/IEC 18004, QR code), as SVG."""

import io


def square(text: str) -> str:
    """Return the picture as an SVG element that can stand in a page or a paper."""
    import qrcode  # type: ignore[import-untyped]  # loaded where one is drawn: it brings lxml
    import qrcode.image.svg  # type: ignore[import-untyped]

    made = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=2)
    made.add_data(text)
    out = io.BytesIO()
    picture = made.make_image(image_factory=qrcode.image.svg.SvgPathImage)
    picture.save(out)
    written = out.getvalue().decode()
    return written[written.index("<svg") :]
