"""How the sources fare, as the last builds have left it: read from files, told as facts. Fetches nothing."""
