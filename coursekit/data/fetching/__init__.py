"""From a mirror, the web or Kaggle into the cache: whole, with the right hash, or not at all."""
