"""The API of assets, at /api/v1/assets/."""
