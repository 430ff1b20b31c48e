"""Signing in on a crew's phone: the link that enrols it, the members' names, and their PINs."""

from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_safe

from accounts.errors import DomainError
from accounts.languages import offered_language, remember_language
from accounts.limits import limited
from dispatch import phones
from dispatch.forms import EnrolForm, NewPinForm, PinForm
from dispatch.models import CrewPhone
from dispatch.selectors.phones import Member, find_member, list_members
from dispatch.services.phones import enrol_phone, find_code, new_secret
from dispatch.services.pins import check_pin, choose_pin


@method_decorator(
    [
        limited("read", methods=("GET", "HEAD", "POST")),
        never_cache,
        login_not_required,
        sensitive_post_parameters(),
    ],
    name="dispatch",
)
class Enrol(View):
    """The page behind the QR code. Looking at it uses nothing up: previews of links look too."""

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        code = find_code(secret, at=timezone.now())
        form = EnrolForm(initial={"device": new_secret(), "label": code.label})
        return render(request, "dispatch/enrol.html", {"crew": code.crew, "form": form})

    @method_decorator(sensitive_variables())
    def post(self, request: HttpRequest, secret: str) -> HttpResponse:
        """Whoever is signed in here is signed out: from now on it is the crew's phone."""
        form = EnrolForm(request.POST)
        if not form.is_valid():
            code = find_code(secret, at=timezone.now())
            facts = {"crew": code.crew, "form": form}
            return render(request, "dispatch/enrol.html", facts, status=422)
        known = phones.phone_of_request(request)
        enrol_phone(secret=secret, replaces=known, at=timezone.now(), **form.cleaned_data)
        auth.logout(request)
        response = redirect("dispatch:phone")
        phones.remember_phone(response, form.cleaned_data["device"])
        return response


@login_not_required
@require_safe
@never_cache
def names_page(request: HttpRequest) -> HttpResponse:
    """Who of the crew is it? A phone that was cut off is told so."""
    phone = phones.phone_of_request(request)
    if phone is None:
        return redirect_to_login(reverse("dispatch:crew"))
    if request.user.is_authenticated:
        return redirect("dispatch:crew")
    if phone.revoked_at is not None:
        return render(request, "dispatch/phone_cut_off.html", {"phone": phone}, status=403)
    facts = {"phone": phone, "crew": phone.crew, "members": list_members(phone.crew)}
    return render(request, "dispatch/phone_names.html", facts)


class OnAPhone(View):
    """A page for one member on an enrolled phone, where nobody is signed in."""

    phone: CrewPhone
    member: Member

    def dispatch(self, request: HttpRequest, *args: str, person: str, **kwargs: str) -> HttpResponse:
        phone = phones.phone_of_request(request)
        if phone is None:
            return redirect_to_login(reverse("dispatch:crew"))
        if phone.revoked_at is not None or request.user.is_authenticated:
            return redirect("dispatch:phone")
        self.phone, self.member = phone, find_member(phone.crew, person)
        answer = super().dispatch(request, *args, **kwargs)
        assert isinstance(answer, HttpResponse)  # noqa: S101 - none of its views is async
        return answer

    def sign_in(self) -> HttpResponse:
        """Open a session for the member; its key is new."""
        user = self.member.user
        auth.login(self.request, user)
        phones.open_session(self.request.session, self.phone, user)
        response = redirect("dispatch:crew")
        phones.remember_phone(response, self.request.COOKIES[phones.COOKIE])
        return remember_language(response, user.language) if offered_language(user.language) else response

    def page(self, template: str, form: PinForm | NewPinForm) -> HttpResponse:
        facts = {
            "phone": self.phone,
            "crew": self.phone.crew,
            "member": self.member,
            "form": form,
            "needs_new": self.member.needs_new(timezone.now()),
        }
        return render(self.request, f"dispatch/{template}.html", facts, status=422 if form.errors else 200)


@method_decorator([never_cache, login_not_required, sensitive_post_parameters()], name="dispatch")
class EnterPin(OnAPhone):
    """The member's PIN. Who has but a starting PIN chooses one first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        pin = self.member.pin
        if pin is not None and pin.is_starting and pin.is_usable(timezone.now()):
            return redirect("dispatch:new-pin", person=self.member.key)
        return self.page("phone_pin", PinForm())

    @method_decorator(sensitive_variables())
    def post(self, request: HttpRequest) -> HttpResponse:
        form = PinForm(request.POST)
        if form.is_valid():
            pin = form.cleaned_data["pin"]
            try:
                check_pin(phone=self.phone, member=self.member.user, pin=pin, at=timezone.now())
                return self.sign_in()
            except DomainError as error:
                form.add_error("pin", error.detail)
        return self.page("phone_pin", form)


@method_decorator([never_cache, login_not_required, sensitive_post_parameters()], name="dispatch")
class ChoosePin(OnAPhone):
    """A PIN of the member's own, in place of the desk's or of the one before."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page("phone_new_pin", NewPinForm())

    @method_decorator(sensitive_variables())
    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewPinForm(request.POST)
        if form.is_valid():
            pair = {"old": form.cleaned_data["pin"], "new": form.cleaned_data["new"]}
            try:
                choose_pin(phone=self.phone, member=self.member.user, at=timezone.now(), **pair)
                return self.sign_in()
            except DomainError as error:
                form.add_error("new" if error.field == "new" else "pin", error.detail)
        return self.page("phone_new_pin", form)
