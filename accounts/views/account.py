"""The person's own account: where they work, name, language, password."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import second_factor
from accounts.forms import ProfileForm
from accounts.languages import offered_language, remember_language
from accounts.limits import SignInLimit, limited
from accounts.models import User
from accounts.redirects import safe_next
from accounts.tokens import end_tokens


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send the person to what they may do: the first of ACCOUNT_HOMES that is theirs, else their account."""
    user = cast(User, request.user)
    return redirect(next((address for address in homes_of(user)), "accounts:account"))


def homes_of(user: User) -> list[str]:
    """The addresses where the person works, the most usual first."""
    own = [address for predicate, address in settings.ACCOUNT_HOMES if import_string(predicate)(user)]
    return [*own, "/admin/"] if user.is_staff else own


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Kept."))
        return remember_language(redirect("accounts:account"), user.language)
    facts = {
        "form": form,
        "homes": homes_of(user),
        "has_phone": second_factor.has_phone(user),
        "backup_codes": second_factor.count_backup_codes(user),
    }
    return render(request, "accounts/account.html", facts)


@require_POST
@login_not_required
@second_factor.second_factor_not_required
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie and, for a person who is signed in, in their account."""
    code = offered_language(request.POST.get("language", ""))
    response = HttpResponseRedirect(safe_next(request, "/"))
    if not code:
        return response
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=code)
    return remember_language(response, code)


@method_decorator(limited(SignInLimit.scope), name="dispatch")
class ChangePassword(PasswordChangeView):
    """The old password and a new one; other sessions and all tokens of the person end."""

    template_name = "accounts/password.html"
    success_url = reverse_lazy("accounts:account")

    def form_valid(self, form):  # type: ignore[no-untyped-def]
        end_tokens(form.user)
        messages.success(self.request, _("The new password holds. Other devices were signed out."))
        return super().form_valid(form)
