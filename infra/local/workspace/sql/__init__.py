"""SQL warehouses and statement execution."""
