"""The SQL engine: one Sail server behind Spark Connect gateways that check every plan."""
