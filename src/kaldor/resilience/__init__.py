"""Challenge 2, transparent and resilient supply chains: exposure to foreign suppliers."""
