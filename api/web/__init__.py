"""Files of the few pages the API serves itself; no code, nothing from another host."""
