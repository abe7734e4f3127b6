"""The version of the way in which canonical digests are made; those of two versions cannot be compared."""

__all__ = ["DIGEST_VERSION"]

DIGEST_VERSION = 1
