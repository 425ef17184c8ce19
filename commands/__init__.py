"""The commands, one file for those that belong together: options in, text or JSON out. No mathematics."""
