"""Shapes only: networks, windows, connectivity, partitions and site pairs."""
