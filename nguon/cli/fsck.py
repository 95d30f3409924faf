"""`nguon fsck`."""
