"""The shapes of the server's answers: what a program may rely on, and what the OpenAPI document says."""
