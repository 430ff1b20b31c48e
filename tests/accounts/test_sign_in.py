"""Signing in, signing out, and where `next` may lead."""

import re

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import User
from tests.accounts.people import PASSWORD

SIGN_IN = "/accounts/sign-in/"
GOOD = {"username": "mira@example.org", "password": PASSWORD}


def token_of(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found
    return found[1]


def test_a_person_signs_in_through_the_form(browser: Client, person: User) -> None:
    page = browser.get(SIGN_IN)
    answer = browser.post(SIGN_IN, {**GOOD, "csrfmiddlewaretoken": token_of(page.text)})
    assert answer.status_code == 302
    assert browser.session["_auth_user_id"] == str(person.pk)


def test_the_form_without_its_token_is_refused(browser: Client, person: User) -> None:
    assert browser.post(SIGN_IN, GOOD).status_code == 403


def test_capital_letters_in_the_address_do_not_matter(client: Client, person: User) -> None:
    assert client.post(SIGN_IN, {**GOOD, "username": "Mira@Example.org"}).status_code == 302


def test_a_wrong_password_and_an_unknown_person_are_told_the_same(client: Client, person: User) -> None:
    known = client.post(SIGN_IN, {**GOOD, "password": "wrong"})
    unknown = client.post(SIGN_IN, {**GOOD, "username": "nobody@example.org"})
    words = "This e-mail and password do not belong together"
    assert words in known.text
    assert words in unknown.text


def test_the_session_gets_a_new_key(client: Client, person: User) -> None:
    session = client.session
    session["seen"] = 1
    session.save()
    before = session.session_key
    client.post(SIGN_IN, GOOD)
    assert client.session.session_key != before


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_next_never_leads_away_from_the_site(client: Client, person: User, address: str) -> None:
    answer = client.post(SIGN_IN, {**GOOD, "next": address})
    assert answer["Location"] == "/accounts/"


def test_next_leads_where_the_person_wanted_to_go(client: Client, person: User) -> None:
    assert client.post(SIGN_IN, {**GOOD, "next": "/accounts/me/"})["Location"] == "/accounts/me/"


def test_the_pages_follow_in_the_persons_own_language(client: Client, person: User) -> None:
    answer = client.post(SIGN_IN, GOOD)
    assert answer.cookies["django_language"].value == "bg"


def test_a_chosen_language_is_kept_with_the_person(client: Client, person: User) -> None:
    client.force_login(person)
    answer = client.post("/language/", {"language": "en", "next": "/accounts/me/"})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/me/")
    assert answer.cookies["django_language"].value == "en"
    person.refresh_from_db()
    assert person.language == "en"


def test_an_unknown_language_changes_nothing(client: Client, person: User) -> None:
    client.force_login(person)
    client.post("/language/", {"language": "xx"})
    person.refresh_from_db()
    assert person.language == "bg"


def test_signing_out_takes_a_post(client: Client, person: User) -> None:
    client.force_login(person)
    assert client.get("/accounts/sign-out/").status_code == 405
    assert client.post("/accounts/sign-out/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_after_too_many_tries_the_page_says_when_to_come_back(
    client: Client, person: User, settings: LazySettings
) -> None:
    for _number in range(10):
        assert client.post(SIGN_IN, {**GOOD, "password": "wrong"}).status_code == 200
    refused = client.post(SIGN_IN, GOOD)
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert "please try again in" in refused.text


def test_one_account_is_guarded_against_many_addresses(client: Client, person: User) -> None:
    for number in range(60):
        client.post(SIGN_IN, {**GOOD, "password": "wrong"}, REMOTE_ADDR=f"192.0.2.{number}")
    assert client.post(SIGN_IN, GOOD, REMOTE_ADDR="192.0.2.200").status_code == 429


def test_the_administration_has_no_sign_in_of_its_own(client: Client) -> None:
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/sign-in/?next=%2Fadmin%2F"


def test_a_person_without_the_right_is_told_so_by_the_administration(client: Client, person: User) -> None:
    client.force_login(person)
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 403
    assert "not yours to use" in answer.text


def test_a_new_password_ends_the_persons_other_sessions(client: Client, person: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(person)
    client.force_login(person)
    new = "quite another sentence"
    answer = client.post(
        "/accounts/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )
    assert answer.status_code == 302
    assert client.get("/accounts/me/").status_code == 200
    assert elsewhere.get("/accounts/me/").status_code == 302


def test_a_client_that_asks_for_json_gets_the_refusal_as_json(client: Client, person: User) -> None:
    client.force_login(person)
    answer = client.get("/admin/login/", headers={"Accept": "application/json"})
    assert answer.status_code == 403
    assert answer.json()["code"] == "not_allowed"
