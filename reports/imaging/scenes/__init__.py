"""Pictures drawn by code for the demo city: a broken thing, and the same place repaired."""

from reports.imaging.scenes.drawing import SCENES, draw_scene

__all__ = ["SCENES", "draw_scene"]
