"""Pictures: the chart of a sweep, the heat map of a matricization, a network's connectivity.

They need matplotlib, which the extra `plot` installs; it is loaded when a picture is drawn.
"""
