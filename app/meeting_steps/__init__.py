"""三会一课 in four steps: 报备, 公示, 列席指导 and 质量评估 of a meeting."""
