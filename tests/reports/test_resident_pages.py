"""The resident's pages over HTTP, as a browser without JavaScript sends them."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from districts.models import District
from reports.codes import format_code
from reports.links import private_path, private_token, public_path
from reports.models import Category, Photo, PhotoRole, PhotoStatus, Report, ReportStatus
from reports.services.photos import release_photo
from reports.services.processing import process_photo
from reports.services.states import wait_for_resident
from reports.views.page import pictures_of
from tests.factories import (
    IN_LEFT,
    OUTSIDE,
    jpeg_bytes,
    make_category,
    make_city,
    make_photo,
    make_report,
    make_staff,
)

pytestmark = pytest.mark.django_db

KEPT = re.compile(r'name="kept" value="([^"]+)"')


@pytest.fixture
def city() -> District:
    left, _right = make_city()
    make_category("pothole")
    return left


def upload(name: str = "hole.jpg", content: bytes | None = None, **facts: object) -> SimpleUploadedFile:
    data = jpeg_bytes(**facts) if content is None else content  # type: ignore[arg-type]
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def form(**fields: object) -> dict[str, object]:
    lon, lat = IN_LEFT
    return {"id": str(uuid4()), "lat": lat, "lon": lon, "category": "pothole", **fields}


def test_a_plain_form_gets_a_code_the_district_promised_times_and_a_private_link(
    client: Client, city: District
) -> None:
    answer = client.post("/", form(photos=[upload()], description="Deep."), follow=True)
    report = Report.objects.get()
    assert answer.redirect_chain[0][0] == private_path(report)
    page = answer.content.decode()
    for told in ("Left", "Seen by", "Fixed by", private_path(report)):
        assert told in page
    assert report.photos.count() == 1


def test_a_refused_form_keeps_its_photos_for_the_next_try(client: Client, city: District) -> None:
    sent = form(category="", photos=[upload("first.jpg")])
    refused = client.post("/", sent)
    assert refused.status_code == 422
    assert "first.jpg" in refused.content.decode()
    kept = KEPT.findall(refused.content.decode())
    again = {**sent, "category": "pothole", "kept": kept, "photos": []}
    assert client.post("/", again).status_code == 302
    assert Report.objects.get().photos.get().name == "first.jpg"


def test_the_same_form_sent_twice_is_one_report(client: Client, city: District) -> None:
    sent = form()
    first = client.post("/", {**sent, "photos": [upload()]})
    second = client.post("/", {**sent, "photos": [upload()]})
    assert first.headers["Location"] == second.headers["Location"]
    assert (Report.objects.count(), Photo.objects.count()) == (1, 1)


def test_a_photo_that_is_a_web_page_is_named_and_the_report_is_kept(client: Client, city: District) -> None:
    html = upload("holiday.jpg", b"<!doctype html><p>no picture")
    answer = client.post("/", form(photos=[upload("good.jpg"), html]), follow=True)
    assert "holiday.jpg" in answer.content.decode()
    assert Report.objects.get().photos.get().name == "good.jpg"


def test_sixty_photos_are_refused_naming_the_photos(client: Client, city: District) -> None:
    answer = client.post("/", form(photos=[upload(f"{n}.jpg", colour=(n, n, n)) for n in range(60)]))
    assert answer.status_code == 422
    assert "field-photos" in answer.content.decode()
    assert not Report.objects.exists()


def test_a_recent_photo_proposes_the_place_and_the_person_confirms_it(client: Client, city: District) -> None:
    taken = timezone.now() - timedelta(hours=1)
    proposed = client.post("/", form(lat="", lon="", photos=[upload(taken_at=taken, point=IN_LEFT)]))
    assert proposed.status_code == 422
    page = proposed.content.decode()
    assert 'value="42.65' in page
    assert not Report.objects.exists()
    assert client.post("/", form(kept=KEPT.findall(page))).status_code == 302


def test_an_old_photo_proposes_nothing(client: Client, city: District) -> None:
    taken = timezone.now() - timedelta(hours=30)
    answer = client.post("/", form(lat="", lon="", photos=[upload(taken_at=taken, point=IN_LEFT)]))
    assert answer.status_code == 422
    assert 'value="42.65' not in answer.content.decode()


def test_a_chosen_district_is_place_enough(client: Client, city: District) -> None:
    assert client.post("/", form(lat="", lon="", area="d:left")).status_code == 302
    assert Report.objects.get().district == city


def test_words_that_name_a_district_propose_it(client: Client, city: District) -> None:
    answer = client.post("/", form(lat="", lon="", address="Somewhere in Left, by the school"))
    assert answer.status_code == 422
    assert re.search(r'value="d:left"[^>]*selected', answer.content.decode())


def test_a_pair_of_coordinates_may_be_typed_into_one_field(client: Client, city: District) -> None:
    lon, lat = IN_LEFT
    assert client.post("/", form(lat=f"{lat}, {lon}", lon="")).status_code == 302


@pytest.mark.parametrize(
    "place",
    [
        {"lat": OUTSIDE[1], "lon": OUTSIDE[0]},
        {"lat": "NaN", "lon": 23.3},
        {"lat": 23.32, "lon": 42.65},
        {"lat": "there", "lon": "here"},
        {"lat": "", "lon": ""},
    ],
    ids=["outside", "not a number", "swapped", "words", "missing"],
)
def test_a_place_that_will_not_do_is_refused_and_nothing_is_stored(
    client: Client, city: District, place: dict[str, object]
) -> None:
    answer = client.post("/", form(**place))
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()
    assert not Report.objects.exists()


def test_a_missing_place_is_said_once_beside_its_step_and_what_was_entered_is_kept(
    client: Client, city: District
) -> None:
    sent = form(lat="", lon="", description="As deep as a hand.", email="ana@example.org", photos=[upload()])
    page = client.post("/", sent).content.decode()
    step = page[page.index('id="field-place"') : page.index('id="field-category"')]
    assert step.count("the place is missing") == page.count('class="field__error"') == 1
    assert page.count("the place is missing") == 2  # above the form, leading to the step, and there
    assert 'href="#field-place"' in page
    for kept in ("As deep as a hand.", "ana@example.org", 'value="pothole" required checked', 'name="kept"'):
        assert kept in page


def test_a_description_of_ten_megabytes_is_refused(client: Client, city: District) -> None:
    answer = client.post("/", form(description="x" * 10_000_000))
    assert answer.status_code == 413
    assert "too much for one request" in answer.content.decode()
    assert not Report.objects.exists()


def test_the_form_survives_hostile_text(client: Client, city: District) -> None:
    answer = client.post("/", form(category="", description="<script>alert(1)</script>", address='"><b>'))
    page = answer.content.decode()
    assert "<script>alert" not in page
    assert '"><b>' not in page


def test_an_unknown_code_is_not_found(client: Client, city: District) -> None:
    assert client.get("/r/ZZZ-ZZZ/").status_code == 404
    assert client.get("/find/?code=ZZZZZZ").status_code == 200


def test_a_code_typed_carelessly_finds_its_report(client: Client, city: District) -> None:
    report = make_report()
    assert client.get(f"/find/?code={report.code.lower()}").headers["Location"] == public_path(report)
    assert client.get(f"/r/{report.code.lower()}/").headers["Location"] == public_path(report)


def test_a_private_report_shows_only_by_its_private_link(client: Client, city: District) -> None:
    Category.objects.filter(code="pothole").update(is_private=True)
    report = make_report()
    assert client.get(public_path(report)).status_code == 404
    assert format_code(report.code) not in client.get("/map/").content.decode()
    assert client.get(private_path(report)).status_code == 200


def test_a_wrong_token_is_not_found_for_reading_and_acting(client: Client, city: District) -> None:
    report = make_report()
    wrong = private_path(report).replace(private_token(report), "A" * 24)
    assert client.get(wrong).status_code == 404
    assert client.post(f"{wrong}confirm/").status_code == 404
    assert client.post(f"{wrong}reopen/", {"text": "No."}).status_code == 404


def resolved(at: datetime) -> Report:
    report = make_report(at=at)
    Report.objects.filter(pk=report.pk).update(status=ReportStatus.RESOLVED, resolved_at=at)
    report.refresh_from_db()
    return report


def test_confirming_twice_is_confirming_once_and_looking_changes_nothing(
    client: Client, city: District
) -> None:
    report = resolved(timezone.now() - timedelta(days=1))
    confirm = f"{private_path(report)}confirm/"
    assert client.get(confirm).status_code == 405
    for _time in range(2):
        assert client.post(confirm).status_code == 302
    report.refresh_from_db()
    assert (report.status, report.closed_by) == (ReportStatus.CLOSED, "resident")


def test_the_resident_reopens_with_a_photo(client: Client, city: District) -> None:
    report = resolved(timezone.now() - timedelta(days=1))
    sent = {"id": str(uuid4()), "photos": [upload("still.jpg")], "text": "Still there."}
    answer = client.post(f"{private_path(report)}reopen/", sent, follow=True)
    assert "open again" in answer.content.decode()
    report.refresh_from_db()
    assert report.status == ReportStatus.REOPENED
    assert report.photos.get().role == "reopening"


def test_the_resident_answers_what_the_district_asked(client: Client, city: District) -> None:
    report = make_report(at=timezone.now())
    dispatcher, at = make_staff(city), timezone.now()
    wait_for_resident(report_id=report.pk, question="Which entrance?", actor=dispatcher, at=at)
    assert "Which entrance?" in client.get(private_path(report)).content.decode()
    assert client.post(f"{private_path(report)}answer/", {"text": "The blue door."}).status_code == 302
    report.refresh_from_db()
    assert report.status != ReportStatus.WAITING
    assert "blue door" not in client.get(public_path(report)).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_photo_is_shown_to_its_sender_and_the_district_and_to_all_once_released(
    client: Client, city: District
) -> None:
    client.post("/", form(photos=[upload()]))
    report = Report.objects.get()
    photo = report.photos.get()
    process_photo(photo_id=photo.pk, at=timezone.now() + timedelta(minutes=2))
    address = f"/photos/{photo.pk}/small.jpg"
    assert fetched(client, address)[0] == 404
    assert fetched(client, f"{address}?key={private_token(report)}")[0] == 200
    dispatcher, stranger = make_staff(city), make_staff(District.objects.get(code="right"))
    for person, status in ((dispatcher, 200), (stranger, 404)):
        staff = Client()
        staff.force_login(person)
        assert fetched(staff, address)[0] == status
    release_photo(photo_id=photo.pk, actor=dispatcher, at=timezone.now())
    status, content = fetched(client, address)
    assert status == 200
    assert b"Exif" not in content
    assert fetched(client, f"/photos/{photo.pk}/original.jpg")[0] == 404


def test_the_pair_shows_the_first_photo_of_the_newest_before_and_after(city: District) -> None:
    report = make_report()
    first = [("resident", 0), ("resident", 1), ("resident", 2), ("after", 0), ("after", 1)]
    for hours, (role, position) in enumerate([*first, ("reopening", 0), ("after", 0)]):
        photo = make_photo(
            role=PhotoRole(role), at=timezone.now() + timedelta(hours=hours), name=f"{hours}.jpg"
        )
        released = {"released_at": timezone.now(), "status": PhotoStatus.READY}
        Photo.objects.filter(pk=photo.pk).update(report=report, position=position, **released)
        if hours == len(first) - 1:
            assert names_of_pair(report) == ("0.jpg", "3.jpg")
    assert names_of_pair(report) == ("5.jpg", "6.jpg")
    listed = pictures_of(Report.objects.get(pk=report.pk), all_photos=False).listed
    assert sorted(photo.name for photo in listed) == [f"{number}.jpg" for number in range(5)]


def test_the_photo_of_a_repair_shows_also_where_nobody_sent_one_before(
    client: Client, city: District
) -> None:
    report = make_report()
    photo = make_photo(role=PhotoRole.AFTER)
    released = {"released_at": timezone.now(), "status": PhotoStatus.READY}
    Photo.objects.filter(pk=photo.pk).update(report=report, **released)
    page = client.get(f"/r/{report.code}/", follow=True).content.decode()
    assert f"/photos/{photo.pk}/small.jpg" in page


def names_of_pair(report: Report) -> tuple[str, str]:
    pair = pictures_of(Report.objects.get(pk=report.pk), all_photos=False)
    assert pair.before is not None
    assert pair.after is not None
    return pair.before.name, pair.after.name


def fetched(client: Client, address: str) -> tuple[int, bytes]:
    answer = client.get(address)
    content = answer.getvalue()
    answer.close()
    return answer.status_code, content


def test_the_public_page_costs_a_bounded_number_of_queries(
    client: Client, city: District, django_assert_max_num_queries: object
) -> None:
    report = make_report()
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        client.get(public_path(report))


def test_another_area_chosen_after_a_proposal_is_the_one_that_counts(client: Client, city: District) -> None:
    sent = form(lat="", lon="", address="Somewhere in Left")
    page = client.post("/", sent).content.decode()
    assert 'name="lat"' in page
    assert 'value="42' not in page
    assert client.post("/", {**sent, "area": "d:right"}).status_code == 302
    assert Report.objects.get().district.code == "right"


def test_a_form_with_kept_photos_sent_twice_is_one_report(client: Client, city: District) -> None:
    sent = form(category="", photos=[upload()])
    kept = KEPT.findall(client.post("/", sent).content.decode())
    again = {**sent, "category": "pothole", "kept": kept, "photos": []}
    answers = [client.post("/", again).headers.get("Location") for _time in range(2)]
    assert answers[0] == answers[1] == private_path(Report.objects.get())


def test_a_form_sent_before_with_other_words_can_be_sent_as_a_new_report(
    client: Client, city: District
) -> None:
    sent = form(description="First.")
    client.post("/", sent)
    refused = client.post("/", {**sent, "description": "Second."})
    assert refused.status_code == 422
    fresh = re.search(r'name="id" value="([^"]+)"', refused.content.decode())
    assert fresh is not None
    assert client.post("/", {**sent, "description": "Second.", "id": fresh[1]}).status_code == 302
    assert Report.objects.count() == 2


def test_a_telephone_number_in_the_place_is_hidden_in_the_public_list(client: Client, city: District) -> None:
    make_report(address="Ring at 0888 123 456")
    assert "0888" not in client.get("/map/").content.decode()


def test_a_refused_photo_of_a_reopening_is_named_on_the_private_page(client: Client, city: District) -> None:
    report = resolved(timezone.now() - timedelta(days=1))
    sent = {"id": str(uuid4()), "photos": [upload("still.jpg", b"<html>")]}
    page = client.post(f"{private_path(report)}reopen/", sent, follow=True).content.decode()
    assert "still.jpg" in page
    report.refresh_from_db()
    assert report.status == ReportStatus.RESOLVED


def test_no_stated_accuracy_reaches_the_city_from_afar(client: Client, city: District) -> None:
    answer = client.post("/", form(lat=-33.86, lon=151.2, accuracy="20000000"))
    assert answer.status_code == 422
    assert not Report.objects.exists()
