"""One fault each: set up, publish, break, mend, account."""
