"""Who gains and who pays in a scenario, and maps of all regions: at fixed prices, and where prices respond."""
