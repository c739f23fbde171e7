"""Who changed what: requests that change something, told as Databricks' audit log tells them."""
