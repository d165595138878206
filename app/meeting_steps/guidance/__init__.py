"""列席指导: what a superior who attended a meeting leaves with it."""
