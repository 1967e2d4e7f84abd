"""Pure rules: what a measurement means, how fast a bin fills, when it is due."""
