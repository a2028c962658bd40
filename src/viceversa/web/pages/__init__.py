"""One module per noun. ``<programme:…>`` in their addresses is registered here, before the first of them is read."""

from .. import addresses

__all__ = ["addresses"]
