"""What a dataset is: columns, tables, kinds, drafts. Pure: no I/O, no clock."""
