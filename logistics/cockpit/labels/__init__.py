"""What a scanned label opens, the scanner, and blank labels (GEN-07)."""
