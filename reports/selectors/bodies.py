"""The bodies outside the city that reports are referred to."""

from reports.models import ReportStatus, Update

LOOKED_AT = 200


def bodies_referred_to(district_id: int) -> list[str]:
    """The names that the district's latest referrals went to, each once, by the alphabet. One query."""
    referrals = Update.objects.filter(
        report__district=district_id, kind=Update.Kind.STATUS, status=ReportStatus.REFERRED
    )
    named = referrals.order_by("-at").values_list("data", flat=True)[:LOOKED_AT]
    return sorted({data["body"] for data in named if data.get("body")})
