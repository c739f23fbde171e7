"""What holds for every type: plans, states, checks and the protocol's requests."""
