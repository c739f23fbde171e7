"""SCIM: users, groups and service principals, of the account and as a workspace sees them."""
