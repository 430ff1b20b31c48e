"""Two phones with one code, and many guesses at once, on real connections."""

from functools import partial

import pytest
from django.utils import timezone

from dispatch.models import CrewPhone, CrewPin
from dispatch.models.phone import PIN_TRIES
from dispatch.services.phones import CodeOver, CodeUsed, enrol_phone, new_secret, offer_phone, withdraw_code
from dispatch.services.pins import PinLocked, PinWrong, check_pin
from tests.dispatch.factories import Scene
from tests.dispatch.phones import enrol, give_pin
from tests.dispatch.test_races import TRIES, at_once

pytestmark = [pytest.mark.postgis, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("_time", range(TRIES))
def test_of_two_phones_with_the_same_code_at_once_one_wins(_time: int) -> None:
    scene, at = Scene(), timezone.now()
    _code, secret = offer_phone(crew=scene.crew, label="", actor=scene.dispatcher, at=at)
    acts = [
        partial(enrol_phone, secret=secret, device=new_secret(), label=name, replaces=None, at=at)
        for name in ("one", "two")
    ]
    answers = at_once(*acts)
    assert sum(isinstance(answer, CodeOver) for answer in answers) == 1
    assert [CrewPhone.objects.get()] == [answer for answer in answers if isinstance(answer, CrewPhone)]


@pytest.mark.parametrize("_time", range(TRIES))
def test_of_an_enrolment_and_a_withdrawal_at_once_one_wins(_time: int) -> None:
    scene, at = Scene(), timezone.now()
    code, secret = offer_phone(crew=scene.crew, label="", actor=scene.dispatcher, at=at)
    answers = at_once(
        partial(enrol_phone, secret=secret, device=new_secret(), label="one", replaces=None, at=at),
        partial(withdraw_code, code_id=code.pk, actor=scene.dispatcher, at=at),
    )
    refused = [answer for answer in answers if isinstance(answer, CodeOver | CodeUsed)]
    assert len(refused) == 1
    assert CrewPhone.objects.exists() == isinstance(refused[0], CodeUsed)


def test_many_guesses_at_once_are_no_more_tries() -> None:
    scene = Scene()
    phone, _browser = enrol(scene.crew, scene.dispatcher)
    give_pin(phone, scene.rider, scene.dispatcher)
    guesses = [
        partial(check_pin, phone=phone, member=scene.rider, pin=f"90{number}4", at=timezone.now())
        for number in range(8)
    ]
    answers = at_once(*guesses)
    looked_at = [answer for answer in answers if isinstance(answer, PinWrong)]
    assert len(looked_at) == PIN_TRIES - 1  # the fifth is told that it was the last
    assert len([answer for answer in answers if isinstance(answer, PinLocked)]) == 8 - len(looked_at)
    assert CrewPin.objects.get().wrong == PIN_TRIES
