"""Reports in the administration: to look at, not to change."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from districts.models import District
from reports.models import Category, Report
from reports.services.create import create_report
from tests.factories import NOW, make_draft, make_report

City = tuple[District, District]


@pytest.fixture
def administrator(client: Client, city: City) -> Client:
    client.force_login(User.objects.create_superuser("admin@example.org", "a long password"))
    return client


def test_reports_are_listed_and_read_but_not_changed_or_deleted(administrator: Client) -> None:
    report = make_report(description="A hole")
    page = reverse("admin:reports_report_change", args=[report.pk])
    assert report.code in administrator.get(reverse("admin:reports_report_changelist")).content.decode()
    assert administrator.get(page).status_code == 200
    assert administrator.post(page, {"status": "closed"}).status_code == 403
    assert administrator.post(reverse("admin:reports_report_delete", args=[report.pk])).status_code == 403
    assert administrator.get(reverse("admin:reports_report_add")).status_code == 403
    assert Report.objects.get().status == "received"


def test_a_category_changed_there_holds_for_the_next_report(administrator: Client) -> None:
    category = Category.objects.get()
    page = reverse("admin:reports_category_change", args=[category.pk])
    form = administrator.get(page).context["adminform"].form
    sent = {name: form[name].value() for name in form.fields}
    assert administrator.post(page, {**sent, "urgency": 2, "is_active": "on"}).status_code == 302
    created = create_report(draft=make_draft(), channel="web", actor=None, at=NOW)
    assert created.report.urgency == 2
