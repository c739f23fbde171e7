"""SQL statements that are done on the catalog and the Delta log, not by Sail."""
