"""Report books: outlines, headlines and phrases as data, shipped and of units."""
