"""The site on this machine only, for its editors: served as it stands, followed file by file, reloaded."""
