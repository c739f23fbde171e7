"""What Terraform is told about the provider: attributes and blocks of every type, from the bindings."""
