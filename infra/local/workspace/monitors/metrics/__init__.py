"""What a monitor computes: pure functions of rows, which know nothing of catalogs or callers."""
