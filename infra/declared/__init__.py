"""The synthesized stacks read back: what is declared, whatever declared it."""
