"""A desk on each side of a border, with a report, crews and people of every role signed in."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from accounts.models import User
from dispatch.models import Crew, CrewMember, Job
from districts.models import District, Role
from reports.codes import format_code
from reports.models import Report
from tests.factories import make_category, make_city, make_report, make_staff, make_user


class Person:
    """Somebody in their own browser."""

    def __init__(self, user: User | None) -> None:
        self.user = user
        self.client = Client()
        if user is not None:
            self.client.force_login(user)

    def open(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return unescape(answer.content.decode())

    def send(self, path: str, **fields: Any) -> Any:
        return self.client.post(path, fields)


class Border:
    """Two districts, a report of the left one with two crews, and people at both desks."""

    def __init__(self, **report: Any) -> None:
        self.left, self.right = make_city()
        make_category("pothole")
        make_category("lamp")
        self.crews = [self.make_crew(self.left, f"Left {number}") for number in (1, 2)]
        self.report = self.make_report(**report)
        self.mira = self.make_person(self.left, name="Mira")
        self.lena = self.make_person(self.left, name="Lena")
        self.operator = self.make_person(self.left, Role.OPERATOR)
        self.boris = self.make_person(self.right, name="Boris")
        self.rider = Person(self.crews[0].members.get())
        self.resident = Person(make_user())
        self.stranger = Person(None)

    def make_person(self, district: District | None, role: Role = Role.DISPATCHER, **fields: Any) -> Person:
        return Person(make_staff(district, role, **fields))

    def make_crew(self, district: District, name: str) -> Crew:
        crew = Crew.objects.create(district=district, name=name, is_on_duty=True)
        CrewMember.objects.create(crew=crew, user=make_user(name=f"{name} rider"))
        return crew

    def make_report(self, **fields: Any) -> Report:
        given: dict[str, Any] = {"at": timezone.now() - timedelta(minutes=5), "email": "ann@example.org"}
        return make_report(**(given | fields))

    def path(self, report: Report | None = None, act: str = "", job: Job | None = None) -> str:
        """The report's page at the desk, or the form of an act on it or on its job."""
        base = f"/desk/r/{format_code((report or self.report).code)}/"
        inner = f"jobs/{job.pk}/" if job else ""
        return f"{base}{inner}{act}/" if act else base

    def assign(self, crew: Crew | None = None, report: Report | None = None) -> Job:
        chosen = crew or self.crews[0]
        sent = {"id": str(uuid4()), "crew": str(chosen.pk)}
        assert self.mira.send(self.path(report, "assign"), **sent).status_code == 302
        return Job.objects.get(crew=chosen, report=report or self.report, ended_at=None)

    def fresh(self, report: Report | None = None) -> Report:
        return Report.objects.select_related("district").get(pk=(report or self.report).pk)


def hidden(page: str, name: str) -> str:
    """The value of a hidden field of the act that is open on the page."""
    form = page[page.index('data-act="') :]
    found = re.search(rf'name="{name}" value="([^"]*)"', form)
    assert found is not None, name
    return found[1]
