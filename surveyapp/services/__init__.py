"""The errands: one public method is one transaction, with a line in the journal where something changed."""
