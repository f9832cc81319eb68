"""The API of dorms, at /api/v1/dorms/."""
