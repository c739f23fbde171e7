"""The types that are served, one module a service: which calls each makes and how it maps to them."""
