"""The responsibility list (责任清单): what is owed when, and what fulfils it."""
