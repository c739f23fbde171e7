"""Typed settings: what `infra/environments` says, checked before anything is synthesized."""
