"""Who is responsible where: districts, their borders, rules, calendars and staff."""

from districts.models.areas import Boundary, District, DistrictKind, Neighbourhood
from districts.models.calendar import WorkingCalendar
from districts.models.membership import Membership, Role
from districts.models.rules import RoutingRule
from districts.models.version import ResponsibilityVersion

__all__ = [
    "Boundary",
    "District",
    "DistrictKind",
    "Membership",
    "Neighbourhood",
    "ResponsibilityVersion",
    "Role",
    "RoutingRule",
    "WorkingCalendar",
]
