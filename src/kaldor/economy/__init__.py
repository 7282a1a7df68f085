"""The shared body: one economy and its algebra."""
