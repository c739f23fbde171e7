"""What a change of the stacks means for people: who gains what, what is lost, what stops, what it costs."""
