"""All that other apps may use of dorms."""
