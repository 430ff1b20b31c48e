"""A crew that two districts share by agreement: sent by both desks, seen by both, on its days only."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from accounts.errors import NotFound
from dispatch.models import SharedCrew
from dispatch.services.duty import set_duty
from dispatch.services.sharing import SharingRefused, end_sharing, share_crew
from dispatch.sharing import crews_for
from dispatch.streams import DistrictStreams
from live.models import Event
from tests.dispatch.factories import AT, Scene

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 3)


@pytest.fixture
def two() -> tuple[Scene, Scene]:
    return Scene("here"), Scene("there")


def share(scene: Scene, other: Scene, **words: Any) -> SharedCrew:
    told = {"starts_on": TODAY, "ends_on": None, "actor": scene.dispatcher, "at": AT, **words}
    return share_crew(sharing_id=uuid4(), crew_id=scene.crew.pk, district=other.district.code, **told)


def streams(kind: str) -> set[str]:
    return set(Event.objects.filter(kind=kind).values_list("stream__name", flat=True))


def test_the_other_desk_sends_the_crew_while_the_agreement_holds(two: tuple[Scene, Scene]) -> None:
    here, there = two
    with pytest.raises(NotFound):
        there.assign(here.crew)
    share(here, there, ends_on=TODAY + timedelta(days=1))
    there.assign(here.crew)
    here.report = there.report
    assert streams("job.assigned") == {here.crew.stream, "district:here", "district:there"}
    late = AT + timedelta(days=2)
    assert here.crew not in crews_for(there.district.pk, at=late)
    assert here.crew in crews_for(here.district.pk, at=late)


def test_both_desks_hear_of_the_agreement_and_of_the_crews_duty(two: tuple[Scene, Scene]) -> None:
    here, there = two
    agreed = share(here, there)
    set_duty(crew_id=here.crew.pk, is_on_duty=False, actor=here.rider, at=AT)
    both = {here.crew.stream, "district:here", "district:there"}
    assert streams("crew.shared") == streams("crew.off_duty") == both
    with time_machine.travel(AT, tick=False):
        names = [crew["name"] for crew in DistrictStreams().snapshot(there.dispatcher, "there")["crews"]]
    assert here.crew.name in names
    end_sharing(sharing_id=agreed.uuid, actor=there.dispatcher, at=AT)
    assert streams("crew.unshared") == both
    assert not SharedCrew.objects.exists()


def test_an_agreement_that_has_begun_keeps_its_past_days(two: tuple[Scene, Scene]) -> None:
    here, there = two
    agreed = share(here, there)
    for _ in range(2):
        end_sharing(sharing_id=agreed.uuid, actor=here.dispatcher, at=AT + timedelta(days=5))
    agreed.refresh_from_db()
    assert agreed.ends_on == TODAY + timedelta(days=4)


def test_agreements_that_make_no_sense_are_refused_by_their_field(two: tuple[Scene, Scene]) -> None:
    here, there = two
    with pytest.raises(SharingRefused) as refusal:
        share(here, there, ends_on=TODAY - timedelta(days=1))
    assert refusal.value.field == "ends_on"
    with pytest.raises(SharingRefused):
        share(here, here)
    share(here, there)
    with pytest.raises(SharingRefused):
        share(here, there, starts_on=TODAY + timedelta(days=9))
    for stranger in (there.dispatcher, here.rider):
        with pytest.raises(NotFound):
            share(here, there, actor=stranger)
    with pytest.raises(NotFound):
        end_sharing(sharing_id=SharedCrew.objects.get().uuid, actor=Scene("far").dispatcher, at=AT)


def test_a_dispatcher_agrees_and_ends_it_on_the_page(two: tuple[Scene, Scene]) -> None:
    here, there = two
    desk = Client()
    desk.force_login(here.dispatcher)
    fields = {"id": str(uuid4()), "district_code": "here", "crew": str(here.crew.pk), "district": "there"}
    page = desk.post("/desk/sharings/add/", {**fields, "starts_on": "2026-11-03"}, follow=True)
    assert f"{here.district.name} → {there.district.name}" in page.content.decode()
    agreed = SharedCrew.objects.get()
    wrong = {**fields, "id": str(uuid4()), "starts_on": "2026-11-04"}
    assert desk.post("/desk/sharings/add/", wrong).status_code == 422
    desk.post(f"/desk/sharings/{agreed.uuid}/end/", {"district_code": "here"})
    agreed.refresh_from_db()
    assert agreed.ends_on is not None
