"""Hostile inputs for every door: files, TOML, arguments, JSON, headers and uploads; `python -m tests.hostile FOLDER`
writes them out for a person.
"""
