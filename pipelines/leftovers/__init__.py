"""What people and tests left in a project's schemas and workspace: neither declared nor in use."""
