"""What somebody saw when they began to edit: accounts/fingerprint.py, for the programmes' own pages."""

from viceversa.accounts.fingerprint import ChangedMeanwhile, check_unchanged, fingerprint

__all__ = ["ChangedMeanwhile", "check_unchanged", "fingerprint"]
