"""Figures and draws, pure: no database, no clock, no chance that is not handed in."""
