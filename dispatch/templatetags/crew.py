"""Tags of the crew's page: what is shown in which state of a job, and what its scripts say."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from dispatch.facts import Facts
from dispatch.models import JobStatus
from dispatch.offline import workflow_facts

register = template.Library()

# A number of each plural form that Intl.PluralRules may name.
_NUMBERS = {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 11, "other": 100}


@register.simple_tag
def shown_in(job: Facts, states: str) -> SafeString:
    """Attributes of a part that is there in some states only: the phone shows and hides it by `data-in`."""
    return _shown(job, states.split())


@register.simple_tag
def shown_where(job: Facts, *steps: str) -> SafeString:
    """As `shown_in`, in every state from which the crew may take one of the steps."""
    edges = workflow_facts()["edges"]
    return _shown(job, sorted({state for step in steps for state in edges[step]}))


def _shown(job: Facts, states: list[str]) -> SafeString:
    hidden = "" if job["status"] in states else " hidden"
    return format_html('data-in="{}"{}', " ".join(states), hidden)


@register.simple_tag
def job_states() -> list[tuple[str, str]]:
    """Every state with its name, for the chips that the phone changes by itself."""
    return [(state.value, str(state.label)) for state in JobStatus]


@register.simple_tag
def crew_workflow() -> dict[str, Any]:
    return workflow_facts()


@register.simple_tag
def crew_words() -> dict[str, Any]:
    """What the crew page's JavaScript says."""
    return _job_words() | _queue_words() | _step_words() | _trouble_words() | {"push": _push_words()}


def _job_words() -> dict[str, Any]:
    return {
        "newJob": _("New job: {what}"),
        "newJobAt": _("New job: {what}, {where}."),
        "asked": _("The desk asks about: {what}"),
        "taken": _("A job was taken away: {what}"),
        "there": _("You seem to be there. Say so with the button."),
        "kilometres": _("{n} km"),
        "metres": _("{n} m"),
        "photoMissing": _("A photo of how it looks now is missing. Take one, then close the job."),
        "photoLeft": _("The job was gone before this photo was sent."),
        "afterPhoto": _("After-photo"),
        "again": _("take another"),
        "held": _("not kept yet"),
        "soundOn": _("Sound is on: switch it off"),
        "soundOff": _("Sound is off: switch it on"),
    }


def _push_words() -> dict[str, str]:
    """The states of the switch, and what is said below it in some of them."""
    return {
        "on": pgettext("switch", "On"),
        "off": pgettext("switch", "Off"),
        "working": _("One moment…"),
        "blocked": _("Blocked"),
        "blockedNote": _(
            "Your browser blocks notifications of this page."
            " Allow them in its settings for this site, then come back."
        ),
        "trouble": _("Not yet"),
        "troubleNote": _("This could not be registered. Tap again when there is a connection."),
        "unsupported": _("Not here"),
        "unsupportedNote": _(
            "This browser can't. On an iPhone put the page on the home screen and open it from there."
        ),
    }


def _queue_words() -> dict[str, Any]:
    return {
        "allSent": _("all sent"),
        "steps": {form: ngettext("{n} step waits", "{n} steps wait", n) for form, n in _NUMBERS.items()},
        "photos": {form: ngettext("{n} photo waits", "{n} photos wait", n) for form, n in _NUMBERS.items()},
        "refusedSteps": {form: ngettext("{n} not taken", "{n} not taken", n) for form, n in _NUMBERS.items()},
        "asOf": _("as of {time}"),
        "placeSent": _("place sent {time}"),
        "placeNot": _("no place sent"),
        "offDuty": _("off duty, no place sent"),
        "resting": _("on a break, no place sent"),
        "signIn": _("sign in again to send"),
        "othersWait": _(
            "Steps of another person wait on this phone. They are sent when that person signs in."
        ),
        "photoSent": _("Photo sent: {percent} %"),
    }


def _step_words() -> dict[str, Any]:
    return {
        "job.accept": _("Accepted"),
        "job.start": _("On the way"),
        "job.arrive": _("On site"),
        "job.finish": _("Closed"),
        "job.decline": _("Declined"),
        "job.obstruct": _("Something in the way"),
        "job.answer": _("Answered"),
        "photo": _("Photo"),
        "job.note": _("Kept as a note"),
        "job.help": _("Handed to the dispatcher"),
    }


def _trouble_words() -> dict[str, Any]:
    return {
        "tapTrouble": {
            "noRoom": _(
                "This phone has no room left. Your tap was not kept: free some space, then tap again."
            ),
            "notStored": _("This phone could not keep your tap. Please tap again."),
        },
        "photoTrouble": {
            "noRoom": _(
                "This phone has no room left. The photo is held while this page is open:"
                " free some space, then go on."
            ),
            "notStored": _("This phone could not keep the photo. Please take it again."),
        },
        "needsLine": _("This needs a connection. Nothing has changed: try again when there is one."),
        "mayBeCleared": _(
            "If this phone runs out of room, it may clear what waits here. Put this page on the home screen"
            " to be on the safe side, and let it send when there is a connection."
        ),
        "privateMode": _("This browser keeps nothing (a private window?). Open the page in a normal one."),
        "keepsNothing": _("nothing is kept here, every tap needs a connection"),
        "somethingNew": _("Something has changed."),
        "newBuild": _("There is a new version."),
        "load": _("Load it"),
    }
