"""The rules of the examination: pure functions over one frozen context."""
