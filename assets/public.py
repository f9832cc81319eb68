"""All that other apps may use of assets."""
