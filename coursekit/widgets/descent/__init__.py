"""The descent explorer: gradient descent on a loss that can be drawn."""
