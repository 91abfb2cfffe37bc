"""The class activation explorer: where a layer finds what speaks for a class."""
