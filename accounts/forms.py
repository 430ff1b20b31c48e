"""Forms of sign-in and of the person's own account."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignInForm(AuthenticationForm):
    """E-mail and password."""

    username = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    error_messages = {
        "invalid_login": _("This e-mail and password do not belong together. Please look at both again."),
        "inactive": _("This e-mail and password do not belong together. Please look at both again."),
    }


class CodeForm(forms.Form):
    """Six digits of the phone, or a backup code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "one-time-code", "spellcheck": "false"}
        ),
    )


class PhoneForm(CodeForm):
    """The first code of a phone, for the secret that the page showed."""

    code = forms.CharField(
        label=_("Code that the phone shows now"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    secret = forms.CharField(widget=forms.HiddenInput, max_length=400)


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a person may change of themselves."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=lambda: [("", _("as the browser asks")), *settings.LANGUAGES],
        required=False,
    )

    class Meta:
        model = User
        fields = ("name", "phone", "language")
        widgets: ClassVar[dict[str, Any]] = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        }
