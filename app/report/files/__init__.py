"""A report as a file: one document model, written as Word, Markdown, HTML and plain text."""
