"""Who may use which route: one row for each, by the pattern as the URL conf has it.

A new route fails test_every_route.py until it has a row here. A row names its address (with {code}, {token},
{photo}, {job}, {crew} filled in) and for each method it takes the people who may use it; everybody else is
denied.
Methods that are not named must be refused for everybody.
"""

from dataclasses import dataclass

from tests.accounts.world import Role

People = frozenset[Role]

EVERYONE: People = frozenset(Role)
SIGNED_IN = EVERYONE - {Role.ANONYMOUS}
CREW = frozenset({Role.CREW})
DESK_HERE = frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.ADMINISTRATOR})
DESKS = DESK_HERE | {Role.OTHER}
KEEPERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
NOBODY: People = frozenset()


@dataclass(frozen=True)
class Row:
    """Who may use a route, by method; None where the method is not taken at all."""

    address: str
    get: People | None = None
    post: People | None = None
    delete: People | None = None

    def people(self, method: str) -> People | None:
        found: People | None = getattr(self, method)
        return found


TABLE: dict[str, Row] = {
    "healthz": Row("healthz", get=EVERYONE),
    "language/": Row("language/", post=EVERYONE),
    # accounts
    "accounts/": Row("accounts/", get=SIGNED_IN),
    "accounts/me/": Row("accounts/me/", get=SIGNED_IN, post=SIGNED_IN),
    "accounts/sign-in/": Row("accounts/sign-in/", get=EVERYONE, post=EVERYONE),
    "accounts/sign-out/": Row("accounts/sign-out/", post=SIGNED_IN),
    "accounts/password/": Row("accounts/password/", get=SIGNED_IN, post=SIGNED_IN),
    "accounts/second-factor/": Row("accounts/second-factor/", get=SIGNED_IN, post=SIGNED_IN),
    "accounts/second-factor/check/": Row("accounts/second-factor/check/", get=SIGNED_IN, post=SIGNED_IN),
    # Needs a session that gave the second factor, which nobody here did.
    "accounts/second-factor/codes/": Row("accounts/second-factor/codes/", post=NOBODY),
    # the API
    "api/v1/tokens/": Row("api/v1/tokens/", post=EVERYONE),
    # A session is no token to give back.
    "api/v1/tokens/current/": Row("api/v1/tokens/current/", delete=NOBODY),
    "api/v1/reports/": Row("api/v1/reports/", get=EVERYONE, post=EVERYONE),
    "api/v1/reports/nearby/": Row("api/v1/reports/nearby/", get=EVERYONE),
    "api/v1/reports/<str:code>/": Row("api/v1/reports/{code}/", get=EVERYONE),
    "api/v1/photos/": Row("api/v1/photos/", post=EVERYONE),
    "api/v1/categories/": Row("api/v1/categories/", get=EVERYONE),
    "api/v1/locate/": Row("api/v1/locate/", get=EVERYONE),
    "api/v1/crew/jobs/": Row("api/v1/crew/jobs/", get=CREW),
    "api/v1/crew/photos/": Row("api/v1/crew/photos/", post=CREW),
    "api/v1/crew/commands/": Row("api/v1/crew/commands/", post=CREW),
    "api/v1/crew/duty/": Row("api/v1/crew/duty/", post=CREW),
    "api/v1/crew/tracker/": Row("api/v1/crew/tracker/", post=EVERYONE),  # the token is in the body
    "api/v1/crew/uploads/": Row("api/v1/crew/uploads/", post=CREW),
    # HEAD and PATCH, for whoever began the upload.
    "api/v1/crew/uploads/<uuid:upload_id>/": Row("api/v1/crew/uploads/{photo}/"),
    "api/v1/devices/": Row("api/v1/devices/", post=CREW, delete=CREW),
    "api/v1/schema/": Row("api/v1/schema/", get=EVERYONE),
    "api/v1/docs/": Row("api/v1/docs/", get=EVERYONE),
    "api/v1/^.*$": Row("api/v1/nothing/", get=NOBODY, post=NOBODY, delete=NOBODY),
    # the map's data
    "map/style-light.json": Row("map/style-light.json", get=EVERYONE),
    "map/style-dark.json": Row("map/style-dark.json", get=EVERYONE),
    "map/districts.geojson": Row("map/districts.geojson", get=EVERYONE),
    "map/neighbourhoods.geojson": Row("map/neighbourhoods.geojson", get=EVERYONE),
    # There is none without MAHALA_BASEMAP.
    "map/basemap.pmtiles": Row("map/basemap.pmtiles", get=NOBODY),
    # residents
    "": Row("", get=EVERYONE, post=EVERYONE),
    "map/": Row("map/", get=EVERYONE),
    "find/": Row("find/", get=EVERYONE),
    "places/": Row("places/", get=EVERYONE),
    "r/<str:code>/": Row("r/{code}/", get=EVERYONE),
    "r/<str:code>/mine/<str:token>/": Row("r/{code}/mine/{token}/", get=EVERYONE),
    "r/<str:code>/mine/<str:token>/confirm/": Row("r/{code}/mine/{token}/confirm/", post=EVERYONE),
    "r/<str:code>/mine/<str:token>/answer/": Row("r/{code}/mine/{token}/answer/", post=EVERYONE),
    "r/<str:code>/mine/<str:token>/reopen/": Row("r/{code}/mine/{token}/reopen/", post=EVERYONE),
    r"^photos/(?P<photo_id>[0-9a-f-]{36})/(?P<size>large|small|thumb)\.jpg$": Row(
        "photos/{photo}/thumb.jpg", get=DESK_HERE | CREW
    ),
    # crews
    "crew/": Row("crew/", get=CREW),
    "crew/duty/": Row("crew/duty/", post=CREW),
    "crew/map-worker.js": Row("crew/map-worker.js", get=EVERYONE),
    "crew/worker.js": Row("crew/worker.js", get=EVERYONE),
    "crew/manifest.webmanifest": Row("crew/manifest.webmanifest", get=EVERYONE),
    "crew/away/": Row("crew/away/", get=EVERYONE),
    r"^crew/jobs/(?P<job_id>[0-9a-f-]{36})"
    r"/(?P<step>accept|start|arrive|finish|decline|obstruct|answer)/$": Row(
        "crew/jobs/{job}/accept/", post=CREW
    ),
    "crew/break/": Row("crew/break/", post=CREW),
    "crew/track/": Row("crew/track/", get=CREW),
    "crew/enrol/<str:secret>/": Row("crew/enrol/{token}/", get=EVERYONE, post=EVERYONE),  # by its secret
    # Behind an enrolled phone's cookie, which nobody here has.
    "crew/phone/": Row("crew/phone/", get=NOBODY),
    "crew/phone/<slug:person>/": Row("crew/phone/{person}/", get=NOBODY, post=NOBODY),
    "crew/phone/<slug:person>/new-pin/": Row("crew/phone/{person}/new-pin/", get=NOBODY, post=NOBODY),
    # the desk
    "desk/border/": Row("desk/border/", get=DESKS),
    "desk/proofs/": Row("desk/proofs/", get=DESKS),
    "desk/proofs/<uuid:job_id>/accept/": Row("desk/proofs/{job}/accept/", post=DESK_HERE),
    "desk/proofs/<uuid:job_id>/send-back/": Row("desk/proofs/{job}/send-back/", post=DESK_HERE),
    "desk/stats/": Row("desk/stats/", get=frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})),
    "desk/stats/<slug:table>.csv": Row(
        "desk/stats/open.csv", get=frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
    ),
    "desk/crews/": Row("desk/crews/", get=DESKS),
    "desk/crews/<uuid:crew_id>/track/": Row("desk/crews/{crew}/track/", get=DESK_HERE),
    "desk/crews/<uuid:crew_id>/tracker/": Row("desk/crews/{crew}/tracker/", post=DESK_HERE),
    "desk/crews/<uuid:crew_id>/phones/": Row("desk/crews/{crew}/phones/", get=DESK_HERE),
    "desk/crews/<uuid:crew_id>/phones/add/": Row("desk/crews/{crew}/phones/add/", post=DESK_HERE),
    "desk/crews/<uuid:crew_id>/phones/codes/<uuid:code_id>/": Row(
        "desk/crews/{crew}/phones/codes/{phone_code}/", get=DESK_HERE
    ),
    "desk/crews/<uuid:crew_id>/phones/codes/<uuid:code_id>/withdraw/": Row(
        "desk/crews/{crew}/phones/codes/{phone_code}/withdraw/", post=DESK_HERE
    ),
    "desk/crews/<uuid:crew_id>/phones/<uuid:phone_id>/cut-off/": Row(
        "desk/crews/{crew}/phones/{phone}/cut-off/", post=DESK_HERE
    ),
    "desk/crews/<uuid:crew_id>/phones/<uuid:phone_id>/unlock/": Row(
        "desk/crews/{crew}/phones/{phone}/unlock/", post=DESK_HERE
    ),
    "desk/crews/<uuid:crew_id>/members/<slug:person>/pin/": Row(
        "desk/crews/{crew}/members/{person}/pin/", post=DESK_HERE
    ),
    "desk/plan/": Row("desk/plan/", get=DESKS),
    "desk/plan/propose/": Row("desk/plan/propose/", post=DESKS),
    "desk/plan/insert/": Row("desk/plan/insert/", post=DESKS),
    "desk/plan/<uuid:plan_id>/move/": Row("desk/plan/{plan}/move/", post=DESK_HERE),
    "desk/plan/<uuid:plan_id>/take/": Row("desk/plan/{plan}/take/", post=DESK_HERE),
    "desk/plan/<uuid:plan_id>/drop/": Row("desk/plan/{plan}/drop/", post=DESK_HERE),
    "desk/shifts/": Row("desk/shifts/", get=DESKS),
    "desk/shifts/add/": Row("desk/shifts/add/", post=DESKS),
    "desk/shifts/import/": Row("desk/shifts/import/", post=DESKS),
    "desk/shifts/<uuid:shift_id>/": Row("desk/shifts/{shift}/", get=DESK_HERE, post=DESK_HERE),
    "desk/shifts/<uuid:shift_id>/remove/": Row("desk/shifts/{shift}/remove/", post=DESK_HERE),
    "desk/sharings/add/": Row("desk/sharings/add/", post=DESKS),
    "desk/sharings/<uuid:sharing_id>/end/": Row("desk/sharings/{sharing}/end/", post=DESK_HERE),
    "desk/templates/": Row("desk/templates/", get=DESKS),
    "desk/templates/new/": Row("desk/templates/new/", get=KEEPERS, post=KEEPERS),
    # One that isn't there; tests/dispatch/test_reply_templates.py has those that are.
    "desk/templates/<uuid:template_id>/": Row("desk/templates/{job}/", get=NOBODY, post=NOBODY),
    "desk/templates/<uuid:template_id>/retire/": Row("desk/templates/{job}/retire/", post=NOBODY),
    "desk/": Row("desk/", get=DESKS),
    "desk/filter/": Row("desk/filter/", get=DESKS),
    "desk/several/": Row("desk/several/", get=DESKS, post=DESKS),
    "desk/views/": Row("desk/views/", post=DESKS),
    # Somebody else's view is none.
    "desk/views/<uuid:view_id>/remove/": Row("desk/views/{job}/remove/", post=NOBODY),
    "desk/points/": Row("desk/points/?bbox=23,42,24,43&zoom=12", get=DESKS),
    "desk/outbox/": Row("desk/outbox/", get=frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})),
    "desk/r/<str:code>/": Row("desk/r/{code}/", get=DESK_HERE),
    # All acts of the desk; tests/dispatch/test_acts.py walks each with each role.
    "desk/r/<str:code>/<report_act:act>/": Row("desk/r/{code}/note/", get=DESK_HERE, post=DESK_HERE),
    "desk/r/<str:code>/jobs/<uuid:job_id>/<job_act:act>/": Row(
        "desk/r/{code}/jobs/{job}/cancel/", get=DESK_HERE, post=DESK_HERE
    ),
    "desk/r/<str:code>/decided/": Row("desk/r/{code}/decided/", post=DESK_HERE),
    r"^desk/r/(?P<code>[^/]+)/photos/(?P<photo_id>[0-9a-f-]{36})/(?P<verb>release|withhold)/$": Row(
        "desk/r/{code}/photos/{photo}/release/", post=DESK_HERE
    ),
}
