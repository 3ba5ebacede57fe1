"""`make bench`: what everything costs, each beside something that this project did not write."""
