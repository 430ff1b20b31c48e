"""The second factor: setting it up, giving it, losing the phone."""

import re
import time
from binascii import unhexlify

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import second_factor
from accounts.models import User
from tests.accounts.people import PASSWORD

SET_UP = "/accounts/second-factor/"
CHECK = "/accounts/second-factor/check/"
KEY = "3132333435363738393031323334353637383930"


@pytest.fixture(autouse=True)
def _required(settings: LazySettings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


def code_of(key: str, *, steps: int = 0) -> str:
    """What the phone shows, now or some half minutes later."""
    totp = TOTP(unhexlify(key))
    totp.time = time.time() + 30 * steps
    return f"{totp.token():06d}"


def secret_on(page: str) -> tuple[str, str]:
    """The signed secret of the page and its key."""
    found = re.search(r'name="secret" value="([^"]+)"', page)
    assert found
    user = User.objects.get(email="ada@example.org")
    return found[1], second_factor.device_of_secret(user, found[1]).key


@pytest.fixture
def phone(administrator: User) -> TOTPDevice:
    return TOTPDevice.objects.create(user=administrator, name="phone", key=KEY, confirmed=True)


def test_staff_without_a_phone_sees_nothing_but_the_set_up(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    answer = client.get("/admin/", follow=True)
    assert [address for address, _status in answer.redirect_chain] == [
        "/accounts/second-factor/check/?next=%2Fadmin%2F",
        SET_UP + "?next=%2Fadmin%2F",
    ]
    assert "<svg" in answer.text
    assert "style=" not in answer.text


def test_looking_at_the_set_up_page_stores_nothing(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    client.get(SET_UP)
    assert not TOTPDevice.objects.exists()


def test_a_phone_is_enrolled_by_its_first_code_and_backup_codes_are_shown_once(
    client: Client, administrator: User
) -> None:
    client.force_login(administrator)
    secret, key = secret_on(client.get(SET_UP).text)
    answer = client.post(SET_UP, {"secret": secret, "code": code_of(key), "next": "/admin/"})
    shown = re.findall(r"<code>(\w{5}-\w{5})</code>", answer.text)
    assert len(shown) == 10
    assert 'href="/admin/"' in answer.text
    assert client.get("/admin/").status_code == 200
    assert set(StaticToken.objects.values_list("token", flat=True)) == {
        code.replace("-", "") for code in shown
    }


def test_a_wrong_first_code_enrols_nothing_and_keeps_the_secret(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    secret, key = secret_on(client.get(SET_UP).text)
    answer = client.post(SET_UP, {"secret": secret, "code": code_of(key, steps=9)})
    assert answer.status_code == 422
    assert "This code does not fit" in answer.text
    assert secret_on(answer.text) == (secret, key)
    assert not TOTPDevice.objects.exists()


def test_a_secret_made_for_somebody_else_is_refused(
    client: Client, administrator: User, person: User
) -> None:
    client.force_login(administrator)
    foreign = second_factor.sign_new_secret(person)
    key = second_factor.device_of_secret(person, foreign).key
    answer = client.post(SET_UP, {"secret": foreign, "code": code_of(key)})
    assert answer.status_code == 302
    assert not TOTPDevice.objects.exists()


def test_the_code_is_asked_after_the_password(client: Client, administrator: User, phone: TOTPDevice) -> None:
    client.post("/accounts/sign-in/", {"username": administrator.email, "password": PASSWORD})
    assert client.get("/admin/")["Location"].startswith(CHECK)
    before = client.session.session_key
    answer = client.post(CHECK, {"code": code_of(KEY), "next": "/admin/"})
    assert answer["Location"] == "/admin/"
    assert client.session.session_key != before
    assert client.get("/admin/").status_code == 200


def test_a_code_works_only_once(client: Client, administrator: User, phone: TOTPDevice) -> None:
    code = code_of(KEY)
    for expected in (302, 422):
        client.force_login(administrator)
        assert client.post(CHECK, {"code": code}).status_code == expected


def test_wrong_codes_slow_down_the_next_try(
    client: Client, administrator: User, phone: TOTPDevice, frozen_clock: time_machine.Traveller
) -> None:
    client.force_login(administrator)
    client.post(CHECK, {"code": code_of(KEY, steps=9)})
    client.post(CHECK, {"code": code_of(KEY, steps=9)})
    answer = client.post(CHECK, {"code": code_of(KEY)})
    assert answer.status_code == 422
    assert "Please wait until" in answer.text
    frozen_clock.shift(5)
    assert client.post(CHECK, {"code": code_of(KEY)}).status_code == 302


def test_a_backup_code_stands_in_for_the_phone_once(
    client: Client, administrator: User, phone: TOTPDevice
) -> None:
    code = second_factor.renew_backup_codes(user=administrator)[0]
    for expected in (302, 422):
        client.force_login(administrator)
        assert client.post(CHECK, {"code": f"{code[:5]}-{code[5:].upper()}"}).status_code == expected


def test_a_phone_is_not_replaced_by_somebody_who_only_has_the_password(
    client: Client, administrator: User, phone: TOTPDevice
) -> None:
    client.force_login(administrator)
    secret = second_factor.sign_new_secret(administrator)
    key = second_factor.device_of_secret(administrator, secret).key
    assert client.get(SET_UP).status_code == 403
    assert client.post(SET_UP, {"secret": secret, "code": code_of(key)}).status_code == 403
    assert client.post("/accounts/second-factor/codes/").status_code == 302
    assert TOTPDevice.objects.get().key == KEY


def test_a_person_with_the_code_replaces_phone_and_backup_codes(
    client: Client, administrator: User, phone: TOTPDevice
) -> None:
    old = second_factor.renew_backup_codes(user=administrator)
    client.force_login(administrator)
    client.post(CHECK, {"code": code_of(KEY)})
    secret, key = secret_on(client.get(SET_UP).text)
    assert client.post(SET_UP, {"secret": secret, "code": code_of(key)}).status_code == 200
    assert TOTPDevice.objects.get().key == key
    assert not StaticToken.objects.filter(token__in=old).exists()
    assert client.get("/admin/").status_code == 200


def test_who_set_a_phone_up_freely_is_asked_for_it_too(client: Client, person: User) -> None:
    TOTPDevice.objects.create(user=person, key=KEY, confirmed=True)
    client.post("/accounts/sign-in/", {"username": person.email, "password": PASSWORD})
    assert client.get("/accounts/me/")["Location"].startswith(CHECK)
    client.post(CHECK, {"code": code_of(KEY)})
    assert client.get("/accounts/me/").status_code == 200


def test_a_program_is_told_in_json_what_is_missing(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    answer = client.get("/accounts/me/", headers={"Accept": "application/json"})
    assert answer.status_code == 403
    assert answer.json()["code"] == "second_factor_owed"


@pytest.mark.django_db
def test_a_stranger_costs_no_query(client: Client, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert client.get("/accounts/sign-in/").status_code == 200
