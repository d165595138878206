"""Who may do what: users, roles on parts of the tree, personal access tokens."""
