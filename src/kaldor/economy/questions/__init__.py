"""The standard questions of input-output analysis, each declared once; every door derives from them."""
