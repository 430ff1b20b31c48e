"""Signing in and out."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import second_factor
from accounts.errors import NotAllowed
from accounts.forms import SignInForm
from accounts.languages import offered_language, remember_language
from accounts.limits import SignInLimit, limit_account, limited
from accounts.models import User


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
@method_decorator(limited(SignInLimit.scope), name="dispatch")
@method_decorator(second_factor.second_factor_not_required, name="dispatch")
class SignIn(LoginView):
    """E-mail and password; the session gets a new key, and the language is the person's own."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: str, **kwargs: object) -> HttpResponse:
        limit_account(request.POST.get("username", ""))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        assert isinstance(user, User)  # noqa: S101 (the form yields users of this site)
        response = super().form_valid(form)
        if second_factor.has_phone(user):
            self.request.session[second_factor.OWED] = True
        return remember_language(response, user.language) if offered_language(user.language) else response


@method_decorator(second_factor.second_factor_not_required, name="dispatch")
class SignOut(LogoutView):
    """Ends the session; only by POST."""


@require_safe
@login_not_required
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """The administration has no sign-in of its own: one page, one limit, one second factor."""
    if request.user.is_authenticated:
        raise NotAllowed(
            _("You are signed in, but the administration is not yours to use. Ask a city administrator.")
        )
    return HttpResponseRedirect(f"{reverse('accounts:sign-in')}?{request.GET.urlencode()}")
