"""The API of utilities, at /api/v1/utilities/."""
