"""All that other apps may use of safety."""
