"""What is broken: categories, reports, photos, the public timeline; the resident's pages."""
