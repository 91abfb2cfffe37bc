"""The relevance explorer: layer-wise relevance propagation, rule by rule."""
