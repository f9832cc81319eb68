"""The API of safety, at /api/v1/safety/."""
