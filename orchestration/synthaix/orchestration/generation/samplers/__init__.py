"""How cells are made without a model: one module per family of values."""
