"""A job on its way: its lease, its worker, its tables' chunks, and the one who commits them."""
