"""Each guard of the product is taken away in turn, and a test has to notice."""
