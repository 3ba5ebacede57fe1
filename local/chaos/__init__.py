"""Chaos: whatever a run asks of others fails in every way, and nothing may be lost by it."""
