"""What `bench/matching.py` measures: one file for each of its commands, and what they share."""
