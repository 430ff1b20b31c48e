"""The address a request comes from, behind the proxies that the operator declared."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

IPV6_HOUSEHOLD_BITS = (
    64  # a provider gives a household at least this network, so single addresses mean nothing
)


def client_address(request: HttpRequest) -> str:
    """The client's address; of an IPv6 address its /64 network; "unknown" when there is none.

    With N trusted proxies the Nth entry from the right of X-Forwarded-For counts: what stands left of it
    was written by the client.
    """
    try:
        address = ip_address(_raw_address(request))
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(IPv6Network((address, IPV6_HOUSEHOLD_BITS), strict=False))
    return str(address)


def _raw_address(request: HttpRequest) -> str:
    direct: str = request.META.get("REMOTE_ADDR") or ""
    proxies: int = settings.TRUSTED_PROXIES
    if not proxies:
        return direct
    chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    return chain[-proxies] if len(chain) >= proxies else direct
