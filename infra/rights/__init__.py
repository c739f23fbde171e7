"""What declared resources let people do: rights in the words of the access matrix, with their reasons."""
