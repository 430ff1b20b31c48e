"""Registering a device for pushes: one's own, as often as one likes, and nobody else's."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from dispatch.models import Crew, CrewMember
from districts.models import District
from mobile_api.models import PushDevice
from mobile_api.push.devices import DEVICES_AT_MOST
from tests.factories import make_user
from tests.mobile_api.clients import assert_described, post, signed_in

DEVICES = "/api/v1/devices/"


@pytest.fixture
def crew(city: tuple[District, District]) -> Crew:
    return Crew.objects.create(district=city[0], name="Left 1", is_on_duty=True)


def member(crew: Crew) -> User:
    user = make_user()
    CrewMember.objects.create(crew=crew, user=user)
    return user


def registration(**fields: str) -> dict[str, str]:
    return {"device": "handlebar", "platform": "android", "kind": "token", "value": "abc"} | fields


def values(user: User) -> list[str]:
    return sorted(PushDevice.objects.filter(user=user).values_list("value", flat=True))


def test_a_device_is_registered_once_however_often_it_says_so(crew: Crew) -> None:
    rider = member(crew)
    answers = [post(signed_in(rider), DEVICES, registration()) for _time in range(3)]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    for answer in answers[:2]:
        assert_described(answer, "devices/", "post")
        assert "value" not in answer.json()
    assert values(rider) == ["abc"]


def test_a_new_identifier_takes_the_place_of_the_old(crew: Crew) -> None:
    rider = member(crew)
    post(signed_in(rider), DEVICES, registration())
    post(signed_in(rider), DEVICES, registration(kind="fid", value="xyz"))
    assert values(rider) == ["xyz"]
    assert PushDevice.objects.get().kind == "fid"


def test_a_phone_that_changed_hands_wakes_only_whoever_has_it(crew: Crew) -> None:
    first, second = member(crew), member(crew)
    post(signed_in(first), DEVICES, registration())
    post(signed_in(second), DEVICES, registration(device="theirs"))
    assert (values(first), values(second)) == ([], ["abc"])


def test_of_too_many_devices_the_oldest_goes(crew: Crew, frozen_clock: Any) -> None:
    rider = member(crew)
    client = signed_in(rider)
    for number in range(DEVICES_AT_MOST + 1):
        frozen_clock.shift(1)
        post(client, DEVICES, registration(device=f"phone{number}", value=f"v{number:02}"))
    assert len(values(rider)) == DEVICES_AT_MOST
    assert "v00" not in values(rider)


def test_a_device_is_forgotten_and_only_ones_own(crew: Crew) -> None:
    first, second = member(crew), member(crew)
    post(signed_in(first), DEVICES, registration())
    post(signed_in(second), DEVICES, registration(value="other"))
    for _twice in range(2):
        assert signed_in(second).delete(f"{DEVICES}?device=handlebar").status_code == 204
    assert (values(first), values(second)) == (["abc"], [])


def test_the_crews_page_registers_by_its_session_with_its_token_against_forgery(crew: Crew) -> None:
    rider = member(crew)
    page = Client(enforce_csrf_checks=True)
    page.force_login(rider)
    assert post(page, DEVICES, registration(platform="web")).status_code == 403
    page.get("/crew/")
    token = page.cookies["csrftoken"].value
    answer = post(page, DEVICES, registration(platform="web"), headers={"X-CSRFToken": token})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("field", "value"),
    [("platform", "pager"), ("kind", "number"), ("value", ""), ("value", "x" * 501), ("device", "x" * 101)],
)
def test_what_is_wrong_is_named(crew: Crew, field: str, value: str) -> None:
    answer = post(signed_in(member(crew)), DEVICES, registration(**{field: value}))
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_a_device_without_a_name_can_not_be_forgotten(crew: Crew) -> None:
    answer = signed_in(member(crew)).delete(DEVICES)
    assert (answer.status_code, answer.json()["field"]) == (422, "device")


def test_who_rides_with_no_crew_registers_nothing(crew: Crew) -> None:
    assert post(signed_in(make_user()), DEVICES, registration()).status_code == 403
    assert post(Client(), DEVICES, registration()).status_code == 401
