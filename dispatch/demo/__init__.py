"""The demo city: Sofia with approximate boundaries, crews, and ninety days of invented reports."""
