"""The relevance explorer: an answer shared out among the pixels, from a root point that one chooses."""
