"""The live map in a real browser, beside a map without bins in the same run."""
