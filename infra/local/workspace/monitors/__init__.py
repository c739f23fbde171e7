"""Quality monitors: declared on tables, refreshed into metric tables."""
