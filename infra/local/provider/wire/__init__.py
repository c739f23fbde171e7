"""Terraform's plugin protocol 6 on the wire: messages and the encoding of values."""
