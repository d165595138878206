"""Activities: visits, courses, education, assessments and others (活动)."""
