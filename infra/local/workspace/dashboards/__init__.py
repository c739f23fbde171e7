"""AI/BI dashboards: kept, published, shown in the tree; nobody draws them here."""
