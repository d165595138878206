"""体检: conflicts between and inside records, found before an inspector finds them."""
