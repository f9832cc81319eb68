"""The API of canteen, at /api/v1/canteen/."""
