"""Views of the queue that are kept under a name, over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from dispatch.models import SavedView
from dispatch.services.views import VIEWS_AT_MOST
from districts.models import Role
from tests.factories import make_city, make_staff

pytestmark = pytest.mark.django_db


class Desk:
    """A district with a dispatcher and a supervisor, and its neighbour's dispatcher."""

    def __init__(self) -> None:
        self.left, self.right = make_city()
        self.dispatcher = self._signed_in(make_staff(self.left))
        self.supervisor = self._signed_in(make_staff(self.left, Role.SUPERVISOR))
        self.neighbour = self._signed_in(make_staff(self.right))

    def _signed_in(self, user: Any) -> Client:
        client = Client()
        client.force_login(user)
        return client

    def save(self, client: Client | None = None, **fields: str) -> Any:
        sent = {"district": "left", "name": "Late lamps", "category": "lamp", "late": "1", **fields}
        return (client or self.dispatcher).post("/desk/views/", sent)


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


def test_a_view_is_saved_by_name_and_its_link_shows_it(desk: Desk) -> None:
    answer = desk.save()
    assert answer.status_code == 302
    assert answer["Location"] == "/desk/?district=left&tab=waiting&category=lamp&late=1"
    page = desk.dispatcher.get(answer["Location"]).content.decode()
    assert "Late lamps" in page
    assert 'name="category" value="lamp"' in page


def test_the_same_name_again_is_the_same_view_anew(desk: Desk) -> None:
    desk.save()
    desk.save(late="")
    assert SavedView.objects.get().filters == {"tab": "waiting", "category": "lamp"}


def test_the_default_opens_first_and_there_is_one_of_it(desk: Desk) -> None:
    desk.save(is_default="1")
    desk.save(name="All", category="", late="", tab="all", is_default="1")
    assert desk.dispatcher.get("/desk/")["Location"] == "/desk/?district=left&tab=all"
    assert desk.dispatcher.get("/desk/", {"district": "left", "tab": "waiting"}).status_code == 200
    assert desk.supervisor.get("/desk/").status_code == 200
    assert SavedView.objects.filter(is_default=True).count() == 1


def test_only_a_supervisor_shares_a_view_with_the_desk(desk: Desk) -> None:
    assert desk.save(is_shared="1").status_code == 403
    desk.save(desk.supervisor, is_shared="1", name="Ours")
    desk.save(desk.supervisor, name="Mine")
    page = desk.dispatcher.get("/desk/").content.decode()
    assert "Ours" in page
    assert "Mine" not in page
    assert "Ours" not in desk.neighbour.get("/desk/").content.decode()


def test_a_view_is_removed_by_whose_it_is_and_a_shared_one_by_a_supervisor(desk: Desk) -> None:
    desk.save()
    desk.save(desk.supervisor, is_shared="1", name="Ours")
    own, shared = SavedView.objects.get(name="Late lamps"), SavedView.objects.get(name="Ours")
    assert desk.supervisor.post(f"/desk/views/{own.pk}/remove/").status_code == 404
    assert desk.dispatcher.post(f"/desk/views/{shared.pk}/remove/").status_code == 404
    assert desk.neighbour.post(f"/desk/views/{own.pk}/remove/").status_code == 404
    assert desk.dispatcher.post(f"/desk/views/{own.pk}/remove/").status_code == 302
    assert desk.supervisor.post(f"/desk/views/{shared.pk}/remove/").status_code == 302
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("fields", [{"name": " "}, {"name": "x" * 61}, {"urgency": "9"}])
def test_a_view_that_can_not_be_is_refused(desk: Desk, fields: dict[str, str]) -> None:
    assert desk.save(None, **fields).status_code == 422
    assert not SavedView.objects.exists()


def test_there_is_an_end_to_the_views_of_a_person(desk: Desk) -> None:
    for number in range(VIEWS_AT_MOST):
        desk.save(name=f"View {number}")
    assert desk.save(name="One more").status_code == 422
    assert desk.save(name="View 3").status_code == 302


def test_views_of_another_desk_are_not_found(desk: Desk) -> None:
    assert desk.save(desk.neighbour).status_code == 404
    assert desk.neighbour.get("/desk/filter/", {"district": "left"}).status_code == 404


def test_the_filter_shows_what_is_set(desk: Desk, django_assert_max_num_queries: Callable[..., Any]) -> None:
    desk.save()
    with django_assert_max_num_queries(12):
        page = desk.dispatcher.get("/desk/filter/", {"district": "left", "late": "1", "urgency": "2"}).text
    assert 'value="2" selected' in page
    assert 'name="late" value="1" checked' in page
    assert "Share it" not in page
    assert "Share it" in desk.supervisor.get("/desk/filter/").text
