"""What-ifs: levers on one economy, alone or together, and their outcomes in five dimensions."""
