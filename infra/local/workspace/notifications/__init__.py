"""Who is told when something happens: e-mail and webhooks, and the destinations that name them."""
