"""The steps on Spark itself: the same tests, the same tables as on the embedded engine."""
