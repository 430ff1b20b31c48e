"""Reads of reports: what each kind of reader may see."""
