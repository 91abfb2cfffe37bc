"""What every explorer is made of: its base, its layout, colours, HTML, and downloads."""
