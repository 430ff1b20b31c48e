"""Every write to reports, by topic; one verb each, keyword-only."""
