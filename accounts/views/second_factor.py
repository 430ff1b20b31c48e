"""Setting up the second factor, giving it, and new backup codes."""

from typing import cast
from urllib.parse import urlencode

import django_otp
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django_otp.models import Device

from accounts import second_factor
from accounts.errors import NotAllowed
from accounts.forms import CodeForm, PhoneForm
from accounts.limits import SignInLimit, limited
from accounts.models import User
from accounts.redirects import safe_next


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
@method_decorator(limited(SignInLimit.scope), name="dispatch")
@method_decorator(second_factor.second_factor_not_required, name="dispatch")
class SetUp(View):
    """Shows a new secret and enrols the phone once its code fits.

    A phone is replaced only after a code of the old one.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        user = _user_who_may_enrol(request)
        return self._page(request, PhoneForm(initial={"secret": second_factor.sign_new_secret(user)}))

    def post(self, request: HttpRequest) -> HttpResponse:
        user = _user_who_may_enrol(request)
        form = PhoneForm(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        try:
            device, codes = second_factor.enrol_phone(
                user=user,
                signed_secret=form.cleaned_data["secret"],
                code=form.cleaned_data["code"],
                at=timezone.now(),
            )
        except second_factor.CodeRefused as error:
            form.add_error("code", error.detail)
            return self._page(request, form)
        except second_factor.SecretRefused as error:
            messages.warning(request, error.detail)
            return redirect("accounts:second-factor")
        _mark_verified(request, device)
        return _show_codes(request, codes)

    def _page(self, request: HttpRequest, form: PhoneForm) -> HttpResponse:
        user = cast(User, request.user)
        device = second_factor.device_of_secret(user, str(form["secret"].value() or ""))
        facts = {
            "form": form,
            "picture": mark_safe(second_factor.draw_secret(device)),  # noqa: S308 (drawn here)
            "secret": second_factor.secret_as_text(device),
            "replaces": second_factor.has_phone(user),
            "next": safe_next(request, "accounts:home"),
        }
        return render(request, "accounts/second_factor.html", facts, status=422 if form.errors else 200)


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
@method_decorator(limited(SignInLimit.scope), name="dispatch")
@method_decorator(second_factor.second_factor_not_required, name="dispatch")
class Check(View):
    """Asks for the second factor after the password; someone without a phone is sent to set it up."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not second_factor.has_phone(cast(User, request.user)):
            wanted = urlencode({"next": safe_next(request, "accounts:home")})
            return redirect(f"{reverse('accounts:second-factor')}?{wanted}")
        return self._page(request, CodeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CodeForm(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        try:
            device = second_factor.check_code(user=cast(User, request.user), code=form.cleaned_data["code"])
        except second_factor.CodeRefused as error:
            form.add_error("code", error.detail)
            return self._page(request, form)
        _mark_verified(request, device)
        return redirect(safe_next(request, "accounts:home"))

    def _page(self, request: HttpRequest, form: CodeForm) -> HttpResponse:
        facts = {"form": form, "next": safe_next(request, "accounts:home")}
        return render(request, "accounts/check.html", facts, status=422 if form.errors else 200)


@never_cache
@require_POST
def renew_codes(request: HttpRequest) -> HttpResponse:
    """Ten new backup codes, shown once; only for somebody who gave the second factor in this session."""
    if not request.session.get(django_otp.DEVICE_ID_SESSION_KEY):
        raise NotAllowed(_("Give the code of your phone first, then ask for backup codes."))
    return _show_codes(request, second_factor.renew_backup_codes(user=cast(User, request.user)))


def _user_who_may_enrol(request: HttpRequest) -> User:
    """Raises NotAllowed for somebody who has a phone and has not shown its code in this session."""
    user = cast(User, request.user)
    verified = request.session.get(django_otp.DEVICE_ID_SESSION_KEY)
    if second_factor.has_phone(user) and not verified:
        raise NotAllowed(_("You have a phone already. Sign in with its code first, then replace it."))
    return user


def _mark_verified(request: HttpRequest, device: Device) -> None:
    """The session counts as verified from here on, under a new key."""
    django_otp.login(request, device)
    request.session.pop(second_factor.OWED, None)
    request.session.cycle_key()


def _show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    facts = {
        "codes": [f"{code[:5]}-{code[5:]}" for code in codes],
        "next": safe_next(request, "accounts:home"),
    }
    return render(request, "accounts/codes.html", facts)
