"""What is accepted as a photo, told by its content alone."""

import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import Image

from reports.imaging.limits import LIMITS
from reports.imaging.refusals import PhotoRefused, shown_name
from reports.imaging.sniff import sniff
from tests.reports.pictures import FORMATS, encoded, four_corners, photo

EVERY_FORMAT = list(FORMATS)


def code_of(content: bytes, name: str = "pothole.jpg") -> str:
    with pytest.raises(PhotoRefused) as refused:
        sniff(content, name=name)
    return refused.value.code


@pytest.mark.parametrize("kind", EVERY_FORMAT)
def test_every_accepted_format_is_told_by_its_content_and_measured_without_decoding(kind: str) -> None:
    assert sniff(photo(kind, (322, 124)))[:3] == (kind, 322, 124)


@pytest.mark.parametrize(
    "options", [{"lossless": True}, {"exif": b"Exif\0\0II*\0\x08\0\0\0\0\0"}, {"quality": 50}]
)
def test_all_three_kinds_of_webp_are_measured(options: dict[str, object]) -> None:
    assert sniff(photo("webp", (322, 124), **options))[:3] == ("webp", 322, 124)


def test_a_heic_made_of_tiles_is_measured_whole() -> None:
    assert sniff(photo("heic", (1300, 700), tile_size=512))[:3] == ("heic", 1300, 700)


@pytest.mark.parametrize("kind", ["png", "webp", "avif"])
def test_an_animation_is_refused(kind: str) -> None:
    other = four_corners().transpose(Image.Transpose.ROTATE_180)
    moving = encoded(four_corners(), kind, save_all=True, append_images=[other], duration=100)
    assert code_of(moving) == "photo_animated"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "photo_empty"),
        (b"<!doctype html><html><body>Not found</body></html>", "photo_not_an_image"),
        (b"GIF89a" + bytes(100), "photo_unsupported_format"),
        (b"II*\0" + bytes(100), "photo_unsupported_format"),
        (b"MM\0*" + bytes(100), "photo_unsupported_format"),
        (b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(50), "photo_unsupported_format"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "photo_unsupported_format"),
        (b"%PDF-1.7\n", "photo_not_an_image"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "photo_not_an_image"),
        (b"\0\0\0\x18ftypavis\0\0\0\0avisavif", "photo_animated"),
        (b"\0\0\0\x14ftypcrx \0\0\0\0crx ", "photo_unsupported_format"),
        (b"\xff\xd8\xff", "photo_broken"),
        (b"\x89PNG\r\n\x1a\n", "photo_broken"),
        (b"RIFF\0\0\0\0WEBP", "photo_broken"),
        (b"\0" * 1000, "photo_not_an_image"),
    ],
)
def test_what_is_not_a_photo_is_refused_with_its_reason(content: bytes, code: str) -> None:
    assert code_of(content) == code


def test_a_zip_file_named_like_a_photo_is_refused() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("photo.jpg", photo())
    assert code_of(out.getvalue()) == "photo_not_an_image"


@pytest.mark.parametrize("kind", EVERY_FORMAT)
def test_a_file_cut_off_in_its_headers_is_broken(kind: str) -> None:
    content = photo(kind)
    assert {code_of(content[:length]) for length in (20, 40)} <= {"photo_broken"}


@pytest.mark.parametrize("kind", ["png", "webp", "heic", "avif"])
def test_a_file_cut_off_in_its_pixels_is_broken_before_it_is_decoded(kind: str) -> None:
    assert code_of(photo(kind)[:-20]) == "photo_broken"


def test_one_byte_over_the_limit_is_too_large_and_the_limit_itself_is_not() -> None:
    content = photo() + bytes(1_000)
    at_limit = LIMITS._replace(max_bytes=len(content))
    assert sniff(content, limits=at_limit).format == "jpeg"
    with pytest.raises(PhotoRefused) as refused:
        sniff(content, limits=at_limit._replace(max_bytes=len(content) - 1))
    assert refused.value.code == "photo_too_large"


def test_a_tiny_file_that_would_unfold_to_gigabytes_is_refused_by_its_headers() -> None:
    bomb = bytearray(photo("png", (8, 8)))
    bomb[16:24] = (50_000).to_bytes(4, "big") * 2
    assert code_of(bytes(bomb)) == "photo_too_many_pixels"


@pytest.mark.parametrize("kind", EVERY_FORMAT)
def test_one_pixel_over_the_limit_is_refused(kind: str) -> None:
    content = photo(kind, (100, 80))
    assert sniff(content, limits=LIMITS._replace(max_pixels=8_000)).width == 100
    with pytest.raises(PhotoRefused) as refused:
        sniff(content, limits=LIMITS._replace(max_pixels=7_999))
    assert refused.value.code == "photo_too_many_pixels"


def test_a_progressive_jpeg_counts_what_it_must_hold_before_its_first_pixel() -> None:
    picture = four_corners((160, 160))
    fine = sniff(encoded(picture, subsampling=0, progressive=True)).coefficient_bytes
    coarse = sniff(encoded(picture, subsampling=2, progressive=True)).coefficient_bytes
    assert (fine, coarse) == (160 * 160 * 6, 160 * 160 * 3)
    assert sniff(encoded(picture)).coefficient_bytes == 0


def test_the_refusal_names_the_file_the_field_and_what_to_do() -> None:
    with pytest.raises(PhotoRefused) as refused:
        sniff(b"<html>", name="C:\\photos\\Дупка.jpg")
    told = refused.value.as_json()
    assert (told["code"], told["field"], told["file"]) == ("photo_not_an_image", "photos", "Дупка.jpg")
    assert "“Дупка.jpg”" in told["detail"]
    assert refused.value.http_status == 422


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("gpj.\u202eexe\n.jpg", "gpj.exe.jpg"),
        ("x" * 300 + ".jpg", "x" * 79 + "…"),
        ("", "photo"),
        ("\u200f\0", "photo"),
    ],
)
def test_a_name_is_made_fit_for_a_sentence(sent: str, shown: str) -> None:
    with translation.override("en"):
        assert shown_name(sent) == shown


def test_an_uploaded_file_is_read_and_left_where_it_was() -> None:
    upload = SimpleUploadedFile("pothole.heic", photo("heic"), content_type="text/html")
    upload.seek(7)
    assert sniff(upload, name="pothole.heic").format == "heic"
    assert upload.tell() == 7


def test_apples_own_variant_of_png_is_refused_by_name() -> None:
    content = photo("png")
    assert code_of(content[:8] + b"\0\0\0\4CgBI" + bytes(8) + content[8:]) == "photo_unsupported_format"


def test_a_lossless_jpeg_that_only_hospitals_write_is_refused() -> None:
    content = bytearray(photo())
    frame = content.index(b"\xff\xc0")
    content[frame + 1] = 0xC3
    assert code_of(bytes(content)) == "photo_unsupported_format"
