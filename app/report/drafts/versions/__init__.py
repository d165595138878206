"""A report's versions, their comparison, and the seal of a finalised one."""
