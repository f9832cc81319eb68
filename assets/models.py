"""Every table of the assets app, gathered for Django."""
