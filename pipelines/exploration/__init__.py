"""What a data scientist looks at before deciding what to train: the data, simple models, their ranking."""
