"""What a lesson must keep to: its anatomy, its cells, its outputs, its prose, its names and its sources."""
