"""What is printed: sheets of plain data, and the forms in which they are shown."""
