"""Addresses of the map's documents."""

from django.urls import path

from districts.mapping import views

app_name = "mapping"
urlpatterns = [
    path("style-light.json", views.style, {"theme": "light"}, name="style-light"),
    path("style-dark.json", views.style, {"theme": "dark"}, name="style-dark"),
    path("districts.geojson", views.districts, name="districts"),
    path("neighbourhoods.geojson", views.neighbourhoods, name="neighbourhoods"),
    path("basemap.pmtiles", views.basemap, name="basemap"),
]
