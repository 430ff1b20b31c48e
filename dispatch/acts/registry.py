"""All acts by the name in their address, in the order in which the desk offers them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from dispatch.acts.act import Act, Group, Subject, address_of
from dispatch.acts.correcting import Correct
from dispatch.acts.endings import Acknowledge, Refer, Reject
from dispatch.acts.guarantee import NotTheSame, TheSameAfterAll
from dispatch.acts.jobs import AskCrew, Cancel, Reassign, Recall, Send
from dispatch.acts.merging import Merge, Separate
from dispatch.acts.sending import Assign, Split, Visit
from dispatch.acts.showing import Hide, MakePrivate, MakePublic
from dispatch.acts.whose import HandOver, Keep, TakeOver
from dispatch.acts.words import AskResident, Note, Reply, Resume

_REPORT: tuple[type[Act], ...] = (
    Assign,
    Visit,
    Split,
    NotTheSame,
    TheSameAfterAll,
    Merge,
    HandOver,
    Reply,
    Note,
    AskResident,
    Resume,
    Keep,
    Separate,
    TakeOver,
    Correct,
    Refer,
    Acknowledge,
    Reject,
    MakePrivate,
    MakePublic,
    Hide,
)
_JOB: tuple[type[Act], ...] = (Send, AskCrew, Reassign, Recall, Cancel)

REPORT_ACTS = {kind.name: kind for kind in _REPORT}
JOB_ACTS = {kind.name: kind for kind in _JOB}
_HEADINGS: dict[Group, str | Promise] = {
    Group.CREWS: gettext_lazy("Crews"),
    Group.WORDS: gettext_lazy("Words"),
    Group.WHOSE: gettext_lazy("Whose it is"),
    Group.END: gettext_lazy("Without a crew"),
    Group.SHOWN: gettext_lazy("Who sees it"),
}


@dataclass(frozen=True)
class Offer:
    """An act that may be taken now, as its link shows it."""

    kind: type[Act]
    address: str

    @property
    def title(self) -> str | Promise:
        return self.kind.title

    @property
    def icon(self) -> str:
        return self.kind.icon

    @property
    def key(self) -> str:
        return self.kind.key


@dataclass(frozen=True)
class OfferGroup:
    heading: str | Promise
    offers: list[Offer]


@dataclass(frozen=True)
class Offers:
    """Those with a key stand in a row, the others in the menu under their headings."""

    row: list[Offer]
    menu: list[OfferGroup]


def offers_for(subject: Subject) -> Offers:
    """What the person may do with the report now."""
    found = _list_offers(_REPORT, subject)
    rest = [offer for offer in found if not offer.kind.key]
    groups = [
        OfferGroup(heading, [offer for offer in rest if offer.kind.group is group])
        for group, heading in _HEADINGS.items()
    ]
    return Offers([offer for offer in found if offer.kind.key], [group for group in groups if group.offers])


def job_offers(subject: Subject) -> list[Offer]:
    """What the person may do with the job now."""
    return _list_offers(_JOB, subject)


def _list_offers(kinds: tuple[type[Act], ...], subject: Subject) -> list[Offer]:
    return [Offer(kind, address_of(kind, subject)) for kind in kinds if kind.is_offered(subject)]
