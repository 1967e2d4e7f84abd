"""Pictures of every screen, taken in the demo: for docs/screens and for reviewing a change."""
