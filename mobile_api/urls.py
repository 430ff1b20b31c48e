"""Addresses of mobile_api."""

from django.urls import URLPattern

app_name = "mobile_api"
urlpatterns: list[URLPattern] = []
