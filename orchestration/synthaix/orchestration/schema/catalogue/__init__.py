"""The catalogue of kinds, one module per field of life."""
