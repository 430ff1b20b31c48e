"""Tokens of native clients, and what every address of the API has in common."""

import time
from binascii import unhexlify
from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import ApiToken, User
from districts.models import Role
from tests.factories import make_district, make_staff
from tests.mobile_api.clients import assert_described, post, signed_in

TOKENS = "/api/v1/tokens/"
PASSWORD = "a long enough password"
KEY = "3132333435363738393031323334353637383930"
GOOD = {"email": "Mira@example.org", "password": PASSWORD, "device": "Mira's phone"}


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("mira@example.org", PASSWORD, name="Mira", language="bg")


def code_now() -> str:
    totp = TOTP(unhexlify(KEY))
    totp.time = time.time()
    return f"{totp.token():06d}"


def test_a_device_signs_in_and_out(client: Client, person: User) -> None:
    answer = post(client, TOKENS, GOOD)
    assert answer.status_code == 201
    assert_described(answer, "tokens/", "post")
    assert answer.json()["user"] == {"email": "mira@example.org", "name": "Mira", "language": "bg"}
    device = Client(headers={"Authorization": f"Bearer {answer.json()['token']}"})
    assert device.delete("/api/v1/tokens/current/").status_code == 204
    assert device.delete("/api/v1/tokens/current/").status_code == 401


def test_only_the_digest_of_a_token_is_kept(client: Client, person: User) -> None:
    raw = post(client, TOKENS, GOOD).json()["token"]
    kept = ApiToken.objects.get()
    assert raw not in (kept.digest, kept.name)
    assert kept.name == "Mira's phone"


def test_a_token_ends_after_ninety_days(person: User, frozen_clock: time_machine.Traveller) -> None:
    device = signed_in(person)
    frozen_clock.shift(timedelta(days=91))
    assert device.get("/api/v1/categories/").status_code == 401


def test_a_token_of_somebody_who_left_ends(person: User) -> None:
    device = signed_in(person)
    User.objects.update(is_active=False)
    assert device.get("/api/v1/categories/").status_code == 401


def test_a_token_remembers_when_it_was_last_used(person: User, frozen_clock: time_machine.Traveller) -> None:
    device = signed_in(person)
    device.get("/api/v1/categories/")
    first = ApiToken.objects.get().used_at
    assert first
    frozen_clock.shift(timedelta(minutes=5))
    device.get("/api/v1/categories/")
    assert ApiToken.objects.get().used_at == first
    frozen_clock.shift(timedelta(hours=2))
    device.get("/api/v1/categories/")
    assert ApiToken.objects.filter(used_at__gt=first).exists()


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"email": "nobody@example.org"}])
def test_wrong_words_are_refused_alike(client: Client, person: User, wrong: dict[str, str]) -> None:
    answer = post(client, TOKENS, GOOD | wrong)
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_refused")
    assert_described(answer, "tokens/", "post")


@pytest.mark.parametrize("missing", ["email", "password"])
def test_what_is_missing_is_named(client: Client, person: User, missing: str) -> None:
    answer = post(client, TOKENS, {name: value for name, value in GOOD.items() if name != missing})
    assert (answer.status_code, answer.json()["field"]) == (422, missing)
    assert_described(answer, "tokens/", "post")


def test_a_phone_of_the_second_factor_is_asked_for(client: Client, person: User) -> None:
    TOTPDevice.objects.create(user=person, key=KEY, confirmed=True)
    for fields, code in (({}, "code_needed"), ({"otp": "123456"}, "code_refused")):
        answer = post(client, TOKENS, GOOD | fields)
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (401, code, "otp")


def test_with_the_code_of_the_phone_a_device_signs_in(client: Client, person: User) -> None:
    TOTPDevice.objects.create(user=person, key=KEY, confirmed=True)
    assert post(client, TOKENS, GOOD | {"otp": code_now()}).status_code == 201


def test_staff_without_a_phone_is_sent_to_set_one_up(
    client: Client, settings: LazySettings, db: None
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    staff = make_staff(make_district(), Role.DISPATCHER, email="mira@example.org", password=PASSWORD)
    answer = post(client, TOKENS, GOOD)
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_missing")
    assert answer.json()["url"].endswith("/accounts/second-factor/")
    assert not ApiToken.objects.filter(user=staff).exists()


def test_guessing_is_slowed_down(client: Client, person: User) -> None:
    answers = [post(client, TOKENS, GOOD | {"password": "wrong"}) for _time in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert_described(answers[-1], "tokens/", "post")


def test_a_session_is_no_token_to_give_back(client: Client, person: User) -> None:
    client.force_login(person)
    assert client.delete("/api/v1/tokens/current/").status_code == 404


def test_a_new_password_ends_all_tokens(client: Client, person: User) -> None:
    device = signed_in(person)
    client.force_login(person)
    new = "quite another sentence"
    client.post("/accounts/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert device.get("/api/v1/categories/").status_code == 401


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
@pytest.mark.parametrize("path", ["", "nothing", "reports", "crew/", "reports/a/b/c/"])
def test_every_other_address_is_told_in_json(client: Client, path: str, method: str) -> None:
    answer = getattr(client, method)(f"/api/v1/{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_another_method_is_told_in_json(client: Client) -> None:
    answer = client.put("/api/v1/categories/")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize("path", ["reports/", "categories/", "tokens/"])
def test_options_are_no_method_of_the_api(client: Client, path: str, db: None) -> None:
    answer = client.options(f"/api/v1/{path}")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_another_kind_of_answer_is_told_in_json(client: Client) -> None:
    answer = client.get("/api/v1/categories/", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")
