"""Roads measured: what straight lines cost on real streets, how long tables take, rounds drawn."""
