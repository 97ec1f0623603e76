"""Entries of sources under review: offered to editors as posts that are already written, in a pull request."""
