"""The file formats, one module each: a function that writes batches of cells to a sink."""
