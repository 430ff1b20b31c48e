"""Addresses of sign-in and the person's own account."""

from django.urls import path

from accounts.views.account import ChangePassword, account, home
from accounts.views.second_factor import Check, SetUp, renew_codes
from accounts.views.sign_in import SignIn, SignOut

app_name = "accounts"
urlpatterns = [
    path("", home, name="home"),
    path("me/", account, name="account"),
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-out/", SignOut.as_view(), name="sign-out"),
    path("password/", ChangePassword.as_view(), name="password"),
    path("second-factor/", SetUp.as_view(), name="second-factor"),
    path("second-factor/check/", Check.as_view(), name="second-factor-check"),
    path("second-factor/codes/", renew_codes, name="second-factor-codes"),
]
