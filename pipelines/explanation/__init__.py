"""What a model's predictions depend on."""
