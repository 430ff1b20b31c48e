"""Signing in on a street: a code enrols a phone, a name and a PIN open it, the desk cuts it off."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts import limits
from accounts.models import User
from dispatch.access import may_see_photo
from dispatch.models import CrewMember, CrewPhone, CrewPin, PhoneAct, PhoneCode, TrackerToken
from dispatch.phones import COOKIE
from dispatch.pins import is_trivial, read_digits
from dispatch.selectors.phones import list_acts
from dispatch.services.phones import drop_dead
from dispatch.services.pins import give_starting_pin
from dispatch.services.trackers import issue_tracker_token
from dispatch.streams import CrewStreams
from districts.models import Membership, Role
from live.models import Event
from reports.models import Photo
from tests.dispatch.factories import PLACE, Scene, make_crew, make_user
from tests.dispatch.phones import PIN, enrol, give_pin, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return Scene()


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def link_on(page: str) -> str:
    """The path of the link that the desk shows."""
    found = re.search(r"data-phone-link>https?://[^/]+(/crew/enrol/[^<]+)<", page)
    assert found
    return found[1]


def offered(scene: Scene) -> str:
    """The path of a new link for the scene's crew."""
    desk = browser(scene.dispatcher)
    return link_on(desk.post(f"/desk/crews/{scene.crew.pk}/phones/add/", {"label": "red"}).text)


def device_on(client: Client, link: str) -> dict[str, str]:
    """The form of the enrolling page, as it would be sent."""
    found = re.search(r'name="device" value="([^"]+)"', client.get(link).text)
    assert found
    return {"device": found[1], "label": "red"}


# --- enrolling


def test_a_phone_is_enrolled_by_the_link_and_its_members_sign_in_by_name_and_pin(scene: Scene) -> None:
    phone, link = Client(), offered(scene)
    assert scene.crew.name in phone.get(link).text
    answer = phone.post(link, device_on(phone, link))
    assert answer["Location"] == "/crew/phone/"
    cookie = answer.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    row = CrewPhone.objects.get()
    assert (row.crew, row.label, row.enrolled_by) == (scene.crew, "red", scene.dispatcher)
    assert cookie.value not in (row.digest, "")
    assert phone.get("/crew/")["Location"] == "/crew/phone/"
    assert page_of(scene.rider) in phone.get("/crew/phone/").text
    give_pin(row, scene.rider, scene.dispatcher)
    assert phone.post(page_of(scene.rider), {"pin": PIN})["Location"] == "/crew/"
    assert scene.crew.name in phone.get("/crew/").text
    row.refresh_from_db()
    assert row.used_by == scene.rider


def test_looking_at_a_link_uses_nothing_up_and_no_secret_is_stored(scene: Scene) -> None:
    link = offered(scene)
    for method in ("get", "head", "get"):
        assert getattr(Client(), method)(link).status_code == 200
    code = PhoneCode.objects.get()
    assert code.used_at is None
    assert link.split("/")[3] not in str(vars(code))
    assert not CrewPhone.objects.exists()


def test_a_link_enrols_one_phone_and_a_form_sent_twice_is_one_phone(scene: Scene) -> None:
    link, first = offered(scene), Client()
    sent = device_on(first, link)
    assert [first.post(link, sent)["Location"] for _time in range(2)] == ["/crew/phone/"] * 2
    assert Client().post(link, {"device": "x" * 43}).status_code == 410
    assert Client().get(link).status_code == 410
    assert CrewPhone.objects.count() == 1


def test_codes_are_not_guessed_without_end(
    scene: Scene, settings: LazySettings, frozen_clock: time_machine.Traveller
) -> None:
    rates = {"read": "2/minute"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    client = Client()
    tries = [
        client.get(f"/crew/enrol/{'x' * 43}/"),
        client.post(f"/crew/enrol/{'y' * 43}/"),
        client.get("/crew/enrol/z/"),
    ]
    assert [answer.status_code for answer in tries][-1] == 429
    assert tries[0].status_code == 410


@pytest.mark.parametrize(("minutes", "status"), [(9, 302), (11, 410)])
def test_a_link_is_good_for_ten_minutes(scene: Scene, minutes: int, status: int) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        link = offered(scene)
        clock.shift(timedelta(minutes=minutes))
        assert Client().post(link, {"device": "x" * 43}).status_code == status


def test_the_desk_is_told_when_a_code_was_used(scene: Scene) -> None:
    desk, link = browser(scene.dispatcher), offered(scene)
    address = f"/desk/crews/{scene.crew.pk}/phones/codes/{PhoneCode.objects.get().pk}/"
    assert "Not used yet" in desk.get(address).text
    Client().post(link, {"device": "x" * 43, "label": "blue"})
    assert "Enrolled at" in desk.get(f"{address}?part=state").text
    assert "blue" in desk.get(address).text
    kinds = Event.objects.order_by("pk").values_list("kind", flat=True)
    assert list(dict.fromkeys(kinds)) == ["crew.phone_code_shown", "crew.phone_enrolled"]


def test_a_code_that_the_desk_withdraws_enrols_nothing_and_its_page_says_so(scene: Scene) -> None:
    desk, link = browser(scene.dispatcher), offered(scene)
    page = f"/desk/crews/{scene.crew.pk}/phones/"
    address = f"{page}codes/{PhoneCode.objects.get().pk}/"
    assert f"{address}withdraw/" in desk.get(page).text
    for _time in range(2):
        assert desk.post(f"{address}withdraw/")["Location"] == page
    assert Client().get(link).status_code == 410
    assert Client().post(link, {"device": "x" * 43}).status_code == 410
    assert "Withdrawn at" in desk.get(f"{address}?part=state").text
    assert f"{address}withdraw/" not in desk.get(address).text
    assert f"{address}withdraw/" not in desk.get(page).text
    assert PhoneAct.objects.filter(kind="code_withdrawn").count() == 1


def test_a_code_that_was_used_can_not_be_withdrawn_any_more(scene: Scene) -> None:
    desk, link = browser(scene.dispatcher), offered(scene)
    phone = Client()
    phone.post(link, device_on(phone, link))
    code = PhoneCode.objects.get()
    told = desk.post(f"/desk/crews/{scene.crew.pk}/phones/codes/{code.pk}/withdraw/", follow=True)
    assert "Cut it off if" in told.text
    code.refresh_from_db()
    assert code.withdrawn_at is None
    assert page_of(scene.rider) in phone.get("/crew/phone/").text


def test_the_desk_reads_who_did_what_and_the_log_holds_ids_and_times_alone(scene: Scene) -> None:
    link, phone, desk = offered(scene), Client(), browser(scene.dispatcher)
    base, key = f"/desk/crews/{scene.crew.pk}", page_of(scene.rider).split("/")[3]
    phone.post(link, device_on(phone, link))
    row = CrewPhone.objects.get()
    give_pin(row, scene.rider, scene.dispatcher)
    CrewPhone.objects.update(wrong=10)
    CrewPin.objects.update(wrong=5)
    for _time in range(2):
        desk.post(f"{base}/phones/{row.pk}/unlock/")
        desk.post(f"{base}/members/{key}/pin/", {"unlock": "1"})
    desk.post(f"{base}/phones/{row.pk}/cut-off/")
    acts = ["code_shown", "enrolled", "pin_given", "pin_chosen", "unlocked", "pin_unlocked", "cut_off"]
    assert list(PhoneAct.objects.order_by("pk").values_list("kind", flat=True)) == acts
    by = dict(PhoneAct.objects.values_list("kind", "actor"))
    assert {kind for kind, actor in by.items() if actor != scene.dispatcher.pk} == {"pin_chosen"}
    page = " ".join(desk.get(f"{base}/phones/").text.split())
    for words in ("Phone unlocked: <strong>red</strong>", f"PIN unlocked: <strong>{scene.rider}</strong>"):
        assert f"{words} · {scene.dispatcher}" in page
    events = Event.objects.filter(stream__name="district:centre").order_by("offset")
    assert [event.kind.removeprefix("crew.").removeprefix("phone_") for event in events] == acts
    ids = {str(scene.crew.pk), str(row.pk), str(PhoneCode.objects.get().pk), key}
    assert {str(value) for event in events for value in event.payload.values()} <= ids
    other = make_crew(scene.district)
    CrewMember.objects.create(crew=other, user=scene.rider)  # with the same PIN
    assert {act.kind for act in list_acts(other)} == {"pin_given", "pin_chosen", "pin_unlocked"}


def test_enrolling_a_phone_signs_out_who_was_there_and_ends_what_it_was_before(scene: Scene) -> None:
    old, phone = enrol(make_crew(scene.district), scene.dispatcher)
    phone.force_login(scene.dispatcher)
    link = offered(scene)
    phone.post(link, device_on(phone, link))
    old.refresh_from_db()
    assert old.revoked_at is not None
    assert PhoneAct.objects.get(kind="replaced").phone == old
    assert "sessionid" not in phone.cookies or not phone.cookies["sessionid"].value
    assert page_of(scene.rider) in phone.get("/crew/phone/").text


@pytest.mark.parametrize("device", ["", "short", "x" * 101])
def test_a_secret_that_the_page_did_not_make_is_refused(scene: Scene, device: str) -> None:
    assert Client().post(offered(scene), {"device": device}).status_code == 422
    assert not CrewPhone.objects.exists()


def test_another_districts_desk_and_crew_members_enrol_nothing(scene: Scene) -> None:
    phone, _browser = enrol(scene.crew, scene.dispatcher)
    give_pin(phone, scene.rider, scene.dispatcher)
    base = f"/desk/crews/{scene.crew.pk}/phones/"
    member = f"/desk/crews/{scene.crew.pk}/members/{page_of(scene.rider).split('/')[3]}/pin/"
    for person, status in ((Scene("far").dispatcher, 404), (scene.rider, 403)):
        client = browser(person)
        assert client.get(base).status_code == status
        code = f"{base}codes/{PhoneCode.objects.get().pk}/withdraw/"
        for address in (
            f"{base}add/",
            f"{base}{phone.pk}/cut-off/",
            f"{base}{phone.pk}/unlock/",
            member,
            code,
        ):
            assert client.post(address).status_code == status
    phone.refresh_from_db()
    assert phone.revoked_at is None
    assert not CrewPin.objects.get().is_starting


# --- PINs


def test_a_starting_pin_is_shown_once_and_only_lets_its_person_choose_their_own(scene: Scene) -> None:
    _phone, phone = enrol(scene.crew, scene.dispatcher)
    address, desk = page_of(scene.rider), browser(scene.dispatcher)
    assert "no PIN here yet" in phone.get(address).text
    given = desk.post(f"/desk/crews/{scene.crew.pk}/members/{address.split('/')[3]}/pin/").text
    found = re.search(r"data-starting-pin>(\d{6})<", given)
    assert found
    assert found[1] not in desk.get(f"/desk/crews/{scene.crew.pk}/phones/").text
    assert phone.get(address)["Location"] == f"{address}new-pin/"
    assert phone.post(address, {"pin": found[1]}).status_code == 422
    chosen = {"pin": found[1], "new": PIN, "again": PIN}
    assert phone.post(f"{address}new-pin/", chosen)["Location"] == "/crew/"
    pin = CrewPin.objects.get()
    assert not pin.is_starting
    assert PIN not in pin.hash
    left = phone.post("/accounts/sign-out/", {"next": "/crew/phone/"})
    assert left["Location"] == "/crew/phone/"
    assert phone.post(address, {"pin": found[1]}).status_code == 422


@pytest.mark.parametrize(
    ("new", "again", "words"),
    [
        ("1234", "1234", "easy to guess"),
        ("407", "407", "four to six digits"),
        ("4o71", "4o71", "four to six digits"),
        ("4072", "4071", "not the same"),
        (PIN, PIN, "that you have"),
    ],
)
def test_a_bad_new_pin_is_refused_by_its_field_and_costs_no_try(
    scene: Scene, new: str, again: str, words: str
) -> None:
    row, phone = enrol(scene.crew, scene.dispatcher)
    give_pin(row, scene.rider, scene.dispatcher)
    answer = phone.post(f"{page_of(scene.rider)}new-pin/", {"pin": PIN, "new": new, "again": again})
    assert answer.status_code == 422
    assert words in answer.text
    assert CrewPin.objects.get().wrong == 0
    assert phone.post(page_of(scene.rider), {"pin": PIN}).status_code == 302


def test_pins_in_rows_repetitions_and_years_are_trivial() -> None:
    bad = ["0000", "1234", "9876", "7890", "1212", "123123", "1122", "1987", "2031", "55555", "012345"]
    assert [pin for pin in bad if not is_trivial(pin)] == []
    assert [pin for pin in ("4071", "90210", "830412", "1379") if is_trivial(pin)] == []
    assert read_digits(" ٤٠٧١ ") == "4071"


def test_five_wrong_pins_lock_a_member_while_the_cache_is_silent_and_the_desk_unlocks(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_count_in_cache", lambda *_words: None)
    row, phone = enrol(scene.crew, scene.dispatcher)
    give_pin(row, scene.rider, scene.dispatcher)
    address = page_of(scene.rider)
    pages = [phone.post(address, {"pin": "9173"}).text for _try in range(5)]
    assert "4 more tries" in pages[0]
    assert "unlocks you" in pages[4]
    assert "unlocks you" in phone.post(address, {"pin": PIN}).text
    desk, key = browser(scene.dispatcher), address.split("/")[3]
    assert "locked: too many wrong PINs" in desk.get(f"/desk/crews/{scene.crew.pk}/phones/").text
    desk.post(f"/desk/crews/{scene.crew.pk}/members/{key}/pin/", {"unlock": "1"})
    assert phone.post(address, {"pin": PIN})["Location"] == "/crew/"


def test_ten_wrong_pins_of_anybody_lock_the_phone_and_no_other(scene: Scene) -> None:
    row, phone = enrol(scene.crew, scene.dispatcher)
    third = make_user()
    CrewMember.objects.create(crew=scene.crew, user=third)
    members = list(scene.crew.members.all())
    for member in members:
        give_pin(row, member, scene.dispatcher)
    for number in range(10):
        phone.post(page_of(members[number % 3]), {"pin": "9173"})
    assert "unlock it" in phone.post(page_of(members[1]), {"pin": PIN}).text
    _other, second = enrol(scene.crew, scene.dispatcher)
    assert second.post(page_of(members[1]), {"pin": PIN}).status_code == 302
    browser(scene.dispatcher).post(f"/desk/crews/{scene.crew.pk}/phones/{row.pk}/unlock/")
    assert phone.post(page_of(members[2]), {"pin": PIN}).status_code == 302


def test_a_pin_without_an_enrolled_phone_is_worth_nothing(scene: Scene) -> None:
    row, phone = enrol(scene.crew, scene.dispatcher)
    give_pin(row, scene.rider, scene.dispatcher)
    stranger, forged = Client(), Client()
    forged.cookies[COOKIE] = "x" * 43
    foreign = enrol(make_crew(scene.district), scene.dispatcher)[1]
    for client in (stranger, forged):
        assert client.post(page_of(scene.rider), {"pin": PIN})["Location"].startswith("/accounts/sign-in/")
    assert foreign.post(page_of(scene.rider), {"pin": PIN}).status_code == 404
    unknown = phone.post(page_of(make_user()), {"pin": PIN})
    assert unknown.status_code == 404
    assert "no such member" in unknown.text
    assert CrewPin.objects.get().wrong == 0


# --- what a session of a phone is good for


def test_the_enrolment_is_the_second_factor_and_opens_the_crews_pages_alone(
    scene: Scene, settings: LazySettings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    row, phone = enrol(scene.crew, scene.dispatcher)
    User.objects.filter(pk=scene.rider.pk).update(is_staff=True, is_superuser=True)
    Membership.objects.create(user=scene.rider, district=scene.district, role=Role.SUPERVISOR)
    give_pin(row, scene.rider, scene.dispatcher)
    phone.post(page_of(scene.rider), {"pin": PIN})
    assert phone.get("/crew/").status_code == 200
    assert phone.get("/api/v1/crew/jobs/").status_code == 200
    for closed in ("/admin/", "/desk/", "/accounts/second-factor/", f"/desk/crews/{scene.crew.pk}/phones/"):
        assert phone.get(closed).status_code == 403, closed


def test_a_phone_shows_the_jobs_of_its_own_crew(scene: Scene) -> None:
    other = make_crew(scene.district, name="The other")
    CrewMember.objects.create(crew=other, user=scene.rider)
    row, phone = enrol(other, scene.dispatcher)
    give_pin(row, scene.rider, scene.dispatcher)
    phone.post(page_of(scene.rider), {"pin": PIN})
    assert "The other" in phone.get("/crew/").text
    assert [crew["name"] for crew in phone.get("/api/v1/crew/jobs/").json()["crews"]] == ["The other"]
    rider, job = scene.rider, scene.assign()
    step = {"id": str(uuid4()), "name": "job.accept", "job": str(job.pk)}
    told = phone.post("/api/v1/crew/commands/", step, content_type="application/json")
    assert told.json()["error"]["code"] == "not_found"
    photo = Photo(report=scene.report)
    assert CrewStreams().may_read(rider, str(scene.crew.pk))
    assert may_see_photo(rider, photo)
    rider.acts_only_for = other.pk  # as its socket has it
    assert not CrewStreams().may_read(rider, str(scene.crew.pk))
    assert not may_see_photo(rider, photo)
    assert CrewStreams().may_read(rider, str(other.pk))


@pytest.mark.parametrize("end", ["leaves the crew", "gets a new starting PIN"])
def test_who_leaves_the_crew_or_gets_a_new_pin_is_signed_out_on_its_phones(scene: Scene, end: str) -> None:
    row, phone = enrol(scene.crew, scene.dispatcher)
    give_pin(row, scene.rider, scene.dispatcher)
    phone.post(page_of(scene.rider), {"pin": PIN})
    assert phone.get("/crew/").status_code == 200
    if end == "leaves the crew":
        CrewMember.objects.filter(user=scene.rider).delete()
    else:
        give_starting_pin(crew=scene.crew, member=scene.rider, actor=scene.dispatcher, at=timezone.now())
    assert phone.get("/crew/")["Location"] == "/crew/phone/"


def test_a_cut_off_ends_every_session_of_the_phone_by_pin_or_password(scene: Scene) -> None:
    row, phone = enrol(scene.crew, scene.dispatcher)
    give_pin(row, scene.rider, scene.dispatcher)
    by_password, elsewhere = Client(), browser(scene.rider)
    by_password.cookies[COOKIE] = phone.cookies[COOKIE].value
    by_password.force_login(scene.rider)
    phone.post(page_of(scene.rider), {"pin": PIN})
    for client in (phone, by_password, elsewhere):
        assert client.get("/crew/").status_code == 200
    del by_password.cookies[COOKIE]  # who takes the cookie away keeps nothing by it
    browser(scene.dispatcher).post(f"/desk/crews/{scene.crew.pk}/phones/{row.pk}/cut-off/")
    row.refresh_from_db()
    assert (row.revoked_by, row.revoked_at is not None) == (scene.dispatcher, True)
    assert phone.get("/api/v1/crew/jobs/").status_code in (401, 403)
    assert phone.get("/crew/")["Location"] == "/crew/phone/"
    page = phone.get("/crew/phone/")
    assert page.status_code == 403
    assert "This phone was cut off" in page.text
    assert by_password.get("/crew/")["Location"].startswith("/accounts/sign-in/")
    assert phone.post(page_of(scene.rider), {"pin": PIN})["Location"] == "/crew/phone/"
    assert elsewhere.get("/crew/").status_code == 200
    assert Session.objects.count() == 2
    browser(scene.dispatcher).post(f"/desk/crews/{scene.crew.pk}/phones/{row.pk}/cut-off/")
    assert (
        Event.objects.filter(kind="crew.phone_cut_off").count() == 2
    )  # the crew's stream and the district's


@pytest.mark.parametrize(("sent", "status"), [({"tracker": "1"}, 401), ({}, 204)])
def test_the_tracking_app_on_a_lost_phone_can_be_ended_with_it(
    scene: Scene, sent: dict[str, str], status: int
) -> None:
    row, _phone = enrol(scene.crew, scene.dispatcher)
    desk, page = browser(scene.dispatcher), f"/desk/crews/{scene.crew.pk}/phones/"
    assert 'name="tracker"' not in desk.get(page).text
    secret = issue_tracker_token(crew=scene.crew, actor=scene.dispatcher, at=timezone.now())
    assert 'name="tracker"' in desk.get(page).text
    desk.post(f"{page}{row.pk}/cut-off/", sent)
    coords = {"latitude": PLACE[1], "longitude": PLACE[0]}
    told = {"device_id": secret, "location": {"timestamp": timezone.now().isoformat(), "coords": coords}}
    answer = Client().post("/api/v1/crew/tracker/", told, content_type="application/json")
    assert answer.status_code == status
    ended = PhoneAct.objects.filter(kind=PhoneAct.Kind.TRACKER_ENDED)
    assert [act.actor for act in ended] == ([scene.dispatcher] if sent else [])
    issue_tracker_token(crew=scene.crew, actor=scene.dispatcher, at=timezone.now())
    desk.post(f"{page}{row.pk}/cut-off/", sent)  # the form once more, from another tab
    assert TrackerToken.objects.filter(crew=scene.crew).exists()


def test_dead_codes_and_phones_are_swept_and_live_ones_stay(scene: Scene) -> None:
    offered(scene)
    row, phone = enrol(scene.crew, scene.dispatcher)
    lost, _browser = enrol(scene.crew, scene.dispatcher)
    CrewPhone.objects.filter(pk=lost.pk).update(revoked_at=timezone.now())
    drop_dead(at=timezone.now() + timedelta(days=2))
    assert not PhoneCode.objects.exists()
    assert CrewPhone.objects.count() == 2
    drop_dead(at=timezone.now() + timedelta(days=400))
    assert CrewPhone.objects.get() == row
    assert not PhoneAct.objects.exists()
    assert phone.get("/crew/phone/").status_code == 200
