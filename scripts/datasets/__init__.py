"""A file for each data set that `scripts/fetch-data` knows, and what they share in `common`."""
