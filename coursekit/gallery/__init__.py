"""The gallery: every explorer and app on a page of its own, without a lesson around it."""
