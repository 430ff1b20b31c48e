"""The report and what belongs to it."""

from reports.models.border import BorderDecision
from reports.models.category import Category, CategoryGroup
from reports.models.choices import (
    Channel,
    ClosedBy,
    Outcome,
    PhotoPolicy,
    PhotoRole,
    PhotoSource,
    PhotoStatus,
    ReportStatus,
    Urgency,
    Visibility,
)
from reports.models.guarantee import AnotherThing
from reports.models.matter import Matter
from reports.models.people import Contact, Follow, Notice
from reports.models.photo import Photo, PhotoOrigin
from reports.models.reply import ReplyTemplate
from reports.models.report import Involvement, Report
from reports.models.update import Update

__all__ = [
    "AnotherThing",
    "BorderDecision",
    "Category",
    "CategoryGroup",
    "Channel",
    "ClosedBy",
    "Contact",
    "Follow",
    "Involvement",
    "Matter",
    "Notice",
    "Outcome",
    "Photo",
    "PhotoOrigin",
    "PhotoPolicy",
    "PhotoRole",
    "PhotoSource",
    "PhotoStatus",
    "ReplyTemplate",
    "Report",
    "ReportStatus",
    "Update",
    "Urgency",
    "Visibility",
]
