"""Sending a report: as JSON, as a form with photos, twice, and badly."""

import json
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from districts.models import District
from reports.models import Category, Contact, Photo, Report
from tests.factories import IN_LEFT, NOW, OUTSIDE, jpeg_bytes, make_category, make_photo, make_user
from tests.mobile_api.clients import REPORTS, assert_described, draft, post, signed_in

pytestmark = pytest.mark.usefixtures("pothole")


def photo(name: str = "hole.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or jpeg_bytes(), "image/jpeg")


def test_a_report_is_answered_with_its_code_district_promise_and_links(client: Client) -> None:
    answer = post(client, REPORTS, draft(contact={"email": "ana@example.org"}))
    assert answer.status_code == 201
    told = answer.json()
    assert_described(answer, "reports/", "post")
    assert told["district"] == {"code": "left", "name": "Left"}
    assert told["status"] == "received"
    assert told["promised"]["acknowledge_by"].startswith("2026-11-03T15:00")
    assert told["links"]["public"].endswith(f"/r/{told['code']}/")
    assert told["links"]["private"].startswith(told["links"]["public"] + "mine/")
    assert answer["Location"] == told["links"]["api"]
    assert Contact.objects.get().email == "ana@example.org"
    assert client.get(told["links"]["private"]).status_code == 200


def test_the_same_report_again_gets_the_first_answer(client: Client) -> None:
    sent = draft()
    first, again = post(client, REPORTS, sent), post(client, REPORTS, sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Report.objects.count() == 1


def test_other_content_under_the_same_id_is_a_conflict(client: Client) -> None:
    sent = draft()
    post(client, REPORTS, sent)
    answer = post(client, REPORTS, sent | {"description": "Another hole."})
    assert answer.status_code == 409
    assert answer.json()["field"] == "id"
    assert_described(answer, "reports/", "post")


def test_accepting_a_report_takes_at_most_ten_statements(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    post(client, REPORTS, draft())
    with django_assert_max_num_queries(10):
        assert post(client, REPORTS, draft(contact={"phone": "0888 123 456"})).status_code == 201


def test_a_private_category_gets_no_public_link(client: Client) -> None:
    make_category("abuse", is_private=True)
    told = post(client, REPORTS, draft(category="abuse")).json()
    assert told["links"]["public"] == told["links"]["api"] == ""
    assert client.get(f"/api/v1/reports/{told['code']}/").status_code == 404
    assert client.get(told["links"]["private"]).status_code == 200


def test_a_form_brings_its_photos(client: Client) -> None:
    fields = draft(**{"contact.email": "ana@example.org", "answers": "{}"})
    answer = client.post(
        REPORTS, fields | {"photos": [photo(), photo("b.jpg", jpeg_bytes(colour=(1, 2, 3)))]}
    )
    assert answer.status_code == 201
    assert_described(answer, "reports/", "post")
    assert [kept["name"] for kept in answer.json()["photos"]] == ["hole.jpg", "b.jpg"]
    assert Contact.objects.get().email == "ana@example.org"
    assert Photo.objects.filter(report=Report.objects.get()).count() == 2


def test_the_same_form_again_keeps_one_report_and_its_photos(client: Client) -> None:
    fields = draft()
    answers = [client.post(REPORTS, fields | {"photos": [photo()]}) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    assert Photo.objects.count() == 1


def test_a_photo_that_is_a_page_is_refused_by_name_and_the_rest_is_kept(client: Client) -> None:
    page = SimpleUploadedFile("page.jpg", b"<html><script>alert(1)</script></html>", "image/jpeg")
    answer = client.post(REPORTS, draft() | {"photos": [page, photo()]})
    assert answer.status_code == 201
    refused = answer.json()["refused_photos"]
    assert [(one["file"], one["code"]) for one in refused] == [("page.jpg", "photo_not_an_image")]
    assert "page.jpg" in refused[0]["detail"]
    assert len(answer.json()["photos"]) == 1
    assert_described(answer, "reports/", "post")


def test_photos_sent_before_are_named_by_their_ids(client: Client) -> None:
    kept = make_photo()
    answer = post(client, REPORTS, draft(photos=[str(kept.pk)]))
    assert [one["id"] for one in answer.json()["photos"]] == [str(kept.pk)]


def test_sixty_photos_are_too_many_and_nothing_is_kept(client: Client) -> None:
    answer = client.post(REPORTS, draft() | {"photos": [photo(f"{n}.jpg") for n in range(60)]})
    assert (answer.status_code, answer.json()["field"]) == (422, "photos")
    assert not Photo.objects.exists()
    assert not Report.objects.exists()


def test_more_files_than_a_form_may_have_are_too_many_photos(client: Client, settings: LazySettings) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 5
    answer = client.post(REPORTS, draft() | {"photos": [photo(f"{n}.jpg") for n in range(6)]})
    assert (answer.status_code, answer.json()["field"]) == (422, "photos")


def test_a_person_with_a_token_is_the_reporter(client: Client) -> None:
    user = make_user()
    assert post(signed_in(user), REPORTS, draft()).status_code == 201
    assert Report.objects.get().reporter == user


def test_a_report_without_a_place_is_refused_with_one_fault(client: Client) -> None:
    placeless = {name: value for name, value in draft().items() if name not in ("lat", "lon")}
    for answer in (
        post(client, REPORTS, placeless),
        client.post(REPORTS, placeless | {"lat": "", "lon": ""}),
    ):
        told = answer.json()
        assert (answer.status_code, told["field"]) == (422, "lat")
        assert told["fields"] == {"lat": told["detail"]}
        assert_described(answer, "reports/", "post")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"lat": "north"}, "lat"),
        ({"lat": None}, "lat"),
        ({"lat": 1e999}, "lat"),
        ({"lon": 500}, "lon"),
        ({"lat": IN_LEFT[0], "lon": IN_LEFT[1]}, "lat"),
        ({"lat": OUTSIDE[1], "lon": OUTSIDE[0]}, "point"),
        ({"accuracy": -1}, "accuracy"),
        ({"category": "no-such"}, "category"),
        ({"category": None}, "category"),
        ({"category": ["pothole"]}, "category"),
        ({"id": "seven"}, "id"),
        ({"description": "x" * 20_000}, "description"),
        ({"description": 5}, "description"),
        ({"answers": {"unknown": 1}}, "answers.unknown"),
        ({"answers": [1]}, "answers"),
        ({"contact": {"email": "ana"}}, "contact.email"),
        ({"contact": "ana@example.org"}, "contact"),
        ({"photos": [str(uuid4())]}, "photos"),
        ({"photos": "hole.jpg"}, "photos"),
        ({"photos": [str(uuid4()) for _number in range(60)]}, "photos"),
    ],
)
def test_what_can_not_be_taken_is_named(client: Client, fields: dict[str, object], named: str) -> None:
    raw = json.dumps(draft(**fields)).replace("Infinity", "1e999")
    answer = post(client, REPORTS, raw)
    assert (answer.status_code, answer.json()["field"]) == (422, named)
    assert_described(answer, "reports/", "post")
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b'{"lat": NaN, "lon": 23.3}', "lat"),
        (b'{"lat": 42.6, "lon": -Infinity}', "lon"),
        (b'{"lat": 42.6, "lon": 23.3, "answers": {"depth": [1, 1e999]}}', "answers.depth.1"),
    ],
)
def test_what_is_no_number_is_named(client: Client, body: bytes, named: str) -> None:
    answer = post(client, REPORTS, body)
    assert (answer.status_code, answer.json()["field"]) == (422, named)
    assert_described(answer, "reports/", "post")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe"])
def test_a_body_that_is_no_json_object_is_unreadable(client: Client, body: bytes) -> None:
    answer = post(client, REPORTS, body)
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"] == "application/json"
    assert_described(answer, "reports/", "post")


@pytest.mark.parametrize("depth", [20, 200_000])
def test_deep_nesting_is_unreadable(client: Client, depth: int) -> None:
    answer = post(client, REPORTS, b'{"answers":' + b"[" * depth + b"]" * depth + b"}")
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")


def test_a_text_of_ten_megabytes_is_too_large(client: Client) -> None:
    answer = post(client, REPORTS, draft(description='"x": ' * 2_000_000))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.json()["field"] == "description"
    assert_described(answer, "reports/", "post")


def test_a_text_of_ten_megabytes_in_a_form_is_too_large(client: Client) -> None:
    answer = client.post(REPORTS, draft(description="x" * 10_000_000))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.json()["field"] == "description"


def test_a_body_of_many_small_things_is_too_large_and_no_field_is_blamed(client: Client) -> None:
    answer = post(client, REPORTS, draft(answers=[1] * 600_000))
    assert answer.status_code == 413
    assert "field" not in answer.json()


def test_a_form_that_announces_more_than_its_photos_may_weigh_is_not_read(client: Client) -> None:
    answer = client.post(REPORTS, draft(), CONTENT_LENGTH="400000000")
    assert answer.status_code == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_other_kinds_of_body_are_told_so(client: Client, kind: str) -> None:
    answer = client.post(REPORTS, "<report/>", content_type=kind)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_a_form_cut_off_in_the_middle_is_unreadable(client: Client) -> None:
    body = b'--cut\r\nContent-Disposition: form-data; name="lat"\r\n\r\n42'
    answer = client.post(REPORTS, body, content_type="multipart/form-data; boundary=")
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")


def test_too_many_reports_from_one_address_are_asked_to_wait(client: Client, settings: LazySettings) -> None:
    rates = {"report": "2/hour", "read": "9/minute"}
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_THROTTLE_RATES": rates,
    }
    answers = [post(client, REPORTS, draft()) for _time in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert int(answers[-1]["Retry-After"]) == answers[-1].json()["retry_after_s"] == 3600
    assert_described(answers[-1], "reports/", "post")


def test_the_answer_is_in_the_language_asked_for(client: Client) -> None:
    answer = post(client, REPORTS, draft(), headers={"Accept-Language": "bg"})
    assert answer.json()["district"]["name"] == "Район left"


def test_a_wrong_token_is_told_so_and_nothing_is_kept(client: Client) -> None:
    answer = post(client, REPORTS, draft(), headers={"Authorization": "Bearer wrong"})
    assert (answer.status_code, answer.json()["code"]) == (401, "token_refused")
    assert answer["WWW-Authenticate"] == "Bearer"
    assert not Report.objects.exists()


def test_a_fault_of_ours_is_told_in_json_without_a_trace(
    client: Client, city: tuple[District, District], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr("mobile_api.intake.create_report", broken)
    client.raise_request_exception = False
    answer = post(client, REPORTS, draft())
    assert (answer.status_code, answer.json()["code"]) == (500, "our_fault")
    assert "secret" not in answer.text


def test_a_photo_comes_before_its_report_and_proposes_its_place(client: Client, pothole: Category) -> None:
    answer = client.post(
        "/api/v1/photos/",
        {"file": photo("a.jpg", jpeg_bytes(taken_at=NOW, point=IN_LEFT)), "id": str(uuid4())},
    )
    assert answer.status_code == 201
    assert_described(answer, "photos/", "post")
    place = answer.json()["place"]
    assert (place["lon"], place["lat"]) == pytest.approx(IN_LEFT, abs=1e-4)
    sent = post(client, REPORTS, draft(photos=[answer.json()["id"]]))
    assert sent.status_code == 201


def test_a_page_is_no_photo(client: Client) -> None:
    answer = client.post("/api/v1/photos/", {"file": photo("page.jpg", b"<html></html>")})
    assert (answer.status_code, answer.json()["field"], answer.json()["file"]) == (422, "photos", "page.jpg")


def test_a_session_of_a_page_needs_its_csrf_token(pothole: Category) -> None:
    user: User = make_user()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    answer = post(browser, REPORTS, draft())
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
