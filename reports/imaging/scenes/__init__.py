"""Pictures drawn by code for the demo city: a broken thing, and the same place repaired."""

from reports.imaging.scenes.drawing import SCENES, draw_scene
from reports.imaging.scenes.files import DrawnScene, save_scene

__all__ = ["SCENES", "DrawnScene", "draw_scene", "save_scene"]
