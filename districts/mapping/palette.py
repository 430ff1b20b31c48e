"""The map's colours, light and dark: paper and city green, quiet enough for pins to be read on top."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """Colours of one theme.

    `tints` are the grounds of neighbouring districts; `chosen` brings one out among equals, `own` is the
    ground of the one at work among `dimmed` others.
    """

    outside: str
    tints: tuple[str, str, str, str]
    border: str
    label: str
    quiet_label: str
    halo: str
    chosen: str
    chosen_line: str
    own: str
    dimmed: str
    land: str
    built: str
    green: str
    water: str
    water_label: str
    building: str
    road: str
    road_edge: str
    big_road: str
    big_road_edge: str
    rail: str
    neighbourhood_line: str
    raster_brightness: tuple[float, float]
    raster_saturation: float


LIGHT = Palette(
    outside="#eceae2",
    tints=("#f7f5ef", "#eff2ea", "#f5f1e6", "#eaf0ec"),
    border="#7fa699",
    label="#33565a",
    quiet_label="#64757a",
    halo="#fbfaf6",
    chosen="#d3e9e1",
    chosen_line="#5d9486",
    own="#fbf9f4",
    dimmed="#e2e3da",
    land="#f3f1ea",
    built="#edeae2",
    green="#dcead6",
    water="#c2dde3",
    water_label="#3f7280",
    building="#e2ddd2",
    road="#ffffff",
    road_edge="#ddd8cc",
    big_road="#fdf3d9",
    big_road_edge="#e0cd9e",
    rail="#cfcabf",
    neighbourhood_line="#b9c6bf",
    raster_brightness=(0.08, 1.0),
    raster_saturation=-0.45,
)

DARK = Palette(
    outside="#11181b",
    tints=("#18211f", "#1a2427", "#1c2423", "#172326"),
    border="#3f6b60",
    label="#c4d6d0",
    quiet_label="#8fa3a6",
    halo="#10171a",
    chosen="#1e3f37",
    chosen_line="#4c8578",
    own="#1e3a34",
    dimmed="#141c1f",
    land="#182023",
    built="#1b2427",
    green="#18291f",
    water="#12303a",
    water_label="#7fb3c0",
    building="#222d31",
    road="#2c383c",
    road_edge="#151d20",
    big_road="#3b4540",
    big_road_edge="#1a2220",
    rail="#2e393d",
    neighbourhood_line="#34474a",
    raster_brightness=(0.0, 0.5),
    raster_saturation=-0.6,
)

PALETTES = {"light": LIGHT, "dark": DARK}
