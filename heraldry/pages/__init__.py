"""What comes out: pages, feeds and the files beside them, as values; nothing here writes."""
