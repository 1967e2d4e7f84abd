"""What people and programs read of the figures: one HTML page, CSV, JSON; the numbers are one."""
