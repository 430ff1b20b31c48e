"""Addresses of crews' phones: at the desk, and on the phone itself."""

from django.urls import path

from dispatch.views.crew_phone import ChoosePin, Enrol, EnterPin, names_page
from dispatch.views.phones import change_pin, code_page, cut_off, offer, phones_page, unlock, withdraw

urlpatterns = [
    path("crew/enrol/<str:secret>/", Enrol.as_view(), name="enrol"),
    path("crew/phone/", names_page, name="phone"),
    path("crew/phone/<slug:person>/", EnterPin.as_view(), name="pin"),
    path("crew/phone/<slug:person>/new-pin/", ChoosePin.as_view(), name="new-pin"),
    path("desk/crews/<uuid:crew_id>/phones/", phones_page, name="phones"),
    path("desk/crews/<uuid:crew_id>/phones/add/", offer, name="offer-phone"),
    path("desk/crews/<uuid:crew_id>/phones/codes/<uuid:code_id>/", code_page, name="phone-code"),
    path("desk/crews/<uuid:crew_id>/phones/codes/<uuid:code_id>/withdraw/", withdraw, name="withdraw-code"),
    path("desk/crews/<uuid:crew_id>/phones/<uuid:phone_id>/cut-off/", cut_off, name="cut-off-phone"),
    path("desk/crews/<uuid:crew_id>/phones/<uuid:phone_id>/unlock/", unlock, name="unlock-phone"),
    path("desk/crews/<uuid:crew_id>/members/<slug:person>/pin/", change_pin, name="member-pin"),
]
