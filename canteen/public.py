"""All that other apps may use of canteen."""
