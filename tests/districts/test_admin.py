"""The administration edits areas as text and loads nothing from elsewhere."""

import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from districts.area_field import AreaField
from districts.models import Boundary, District, ResponsibilityVersion, WorkingCalendar
from tests.districts.conftest import stored_box

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root@example.org", "a long password"))
    return client


@pytest.mark.parametrize(
    "model", ["district", "boundary", "neighbourhood", "routingrule", "workingcalendar", "membership"]
)
@pytest.mark.usefixtures("two_stored_districts")
def test_lists_and_forms_open_and_name_no_other_host(admin: Client, model: str) -> None:
    for action in ("changelist", "add"):
        page = admin.get(reverse(f"admin:districts_{model}_{action}"))
        assert page.status_code == 200
        assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page.content.decode())


@pytest.mark.usefixtures("two_stored_districts")
def test_the_list_in_the_city_s_look_names_what_is_edited_in_it(admin: Client) -> None:
    page = admin.get(reverse("admin:districts_district_changelist")).content.decode()
    assert 'aria-label="Position"' in page
    assert "/css/admin" in page


def test_a_boundary_is_shown_and_changed_as_text(
    admin: Client, two_stored_districts: tuple[District, District]
) -> None:
    boundary = Boundary.objects.get(district=two_stored_districts[0])
    url = reverse("admin:districts_boundary_change", args=[boundary.pk])
    assert "MultiPolygon" in admin.get(url).content.decode()
    before = ResponsibilityVersion.stamp()
    fields = {
        "district": boundary.district_id,
        "valid_from": "2020-01-01",
        "valid_to": "",
        "source": "by hand",
    }
    saved = admin.post(url, {**fields, "polygon": AreaField().prepare_value(stored_box(0, 0, 5, 5))})
    assert saved.status_code == 302
    boundary.refresh_from_db()
    assert boundary.polygon.equals(stored_box(0, 0, 5, 5))
    assert boundary.source == "by hand"
    assert ResponsibilityVersion.stamp() != before


def test_a_calendar_that_makes_no_sense_is_refused_in_words(admin: Client) -> None:
    fields = {"name": "x", "time_zone": "Europe/Sofia", "hours": json.dumps({"0": [["17:00", "08:00"]]})}
    page = admin.post(
        reverse("admin:districts_workingcalendar_add"),
        {**fields, "extra_holidays": "[]", "extra_working_days": "[]"},
    )
    assert "end before they begin" in page.content.decode()
    assert not WorkingCalendar.objects.exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a field", "not_geojson"),
        ("[]", "not_geojson"),
        ("null", "not_geojson"),
        ('{"type": "Point", "coordinates": [23, 42]}', "not_geojson"),
        ('{"type": "Polygon", "coordinates": "x"}', "not_geojson"),
        ('{"type": "Polygon", "coordinates": [[[230, 42], [231, 42], [231, 43], [230, 42]]]}', "not_degrees"),
        ('{"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}', "crossing"),
        ("", "required"),
    ],
)
def test_what_is_no_area_is_refused_in_words(text: str, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        AreaField().clean(text)
    assert caught.value.error_list[0].code == code


def test_a_feature_is_taken_for_its_geometry() -> None:
    box = stored_box(0, 0, 1, 1)
    text = AreaField().prepare_value(box)
    feature = {"type": "Feature", "properties": {}, "geometry": json.loads(text)}
    assert AreaField().clean(json.dumps(feature)).equals(box)
    assert AreaField(required=False).clean("") is None
    assert not AreaField().has_changed(box, text)
    assert AreaField().has_changed(box, AreaField().prepare_value(stored_box(0, 0, 2, 2)))
