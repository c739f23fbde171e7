"""Model serving: endpoints that answer with the models that Unity Catalog holds."""
