"""What data must fulfil to be stored, and a model version to be deployed."""
