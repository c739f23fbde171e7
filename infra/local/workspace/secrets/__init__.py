"""Secret scopes, the secrets in them, and who may read, write and manage them."""
