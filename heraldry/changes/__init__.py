"""What differs between two states of a site, decided from values; `trees` alone reads a repository."""
