"""What is deployed as a whole: the account, and each environment. Stacks only wire."""
