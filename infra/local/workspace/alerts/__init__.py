"""SQL alerts: a query by a schedule, whose value is compared with a threshold, and who is told."""
