"""Time and uncertainty: paths to a year, ensembles of futures, what matters in them, where a strategy fails."""
