"""What flowers are drawn of: species, petals, heads, stems, and the meadow around them."""
