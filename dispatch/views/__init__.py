"""The crew's and the desk's pages."""
