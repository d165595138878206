"""Quarterly assessment (季度考评) and grading (分类定级), down to the record behind a point."""
