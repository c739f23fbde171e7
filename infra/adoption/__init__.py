"""Takes over what a running account has: finds it, describes it in YAML, and has Terraform import it."""
