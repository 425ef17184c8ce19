"""Families of networks, measured row by row, with a store that outlives interruptions."""
