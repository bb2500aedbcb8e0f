"""One module for each data set that `scripts/fetch-data` knows, and `common`, which they share."""
