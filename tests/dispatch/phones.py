"""A crew's phone as the tests of signing in on a street use it."""

from django.test import Client
from django.utils import timezone

from accounts.models import User
from dispatch.models import Crew, CrewPhone
from dispatch.offline import person_key
from dispatch.phones import COOKIE
from dispatch.services.phones import enrol_phone, new_secret, offer_phone
from dispatch.services.pins import choose_pin, give_starting_pin

PIN = "4071"


def enrol(crew: Crew, dispatcher: User, *, label: str = "red") -> tuple[CrewPhone, Client]:
    """A phone of the crew, and its browser, in which nobody is signed in."""
    at, device = timezone.now(), new_secret()
    _code, secret = offer_phone(crew=crew, label=label, actor=dispatcher, at=at)
    phone = enrol_phone(secret=secret, device=device, label=label, replaces=None, at=at)
    browser = Client()
    browser.cookies[COOKIE] = device
    return phone, browser


def give_pin(phone: CrewPhone, member: User, dispatcher: User, pin: str = PIN) -> None:
    """The member has chosen this PIN."""
    at = timezone.now()
    old = give_starting_pin(crew=phone.crew, member=member, actor=dispatcher, at=at)
    choose_pin(phone=phone, member=member, old=old, new=pin, at=at)


def page_of(member: User) -> str:
    """Where the member taps their PIN."""
    return f"/crew/phone/{person_key(member)}/"
