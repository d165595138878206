"""A document as a Word file by GB/T 9704-2012, opened and saved by python-docx."""
