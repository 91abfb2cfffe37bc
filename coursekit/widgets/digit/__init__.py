"""The digit pad: what a network says of a digit while it is drawn."""
