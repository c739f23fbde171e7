"""The account's workspaces, metastores, roles on service principals and their secrets."""
