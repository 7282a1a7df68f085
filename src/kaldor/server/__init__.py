"""The workbench's server: a REST API over the same functions as the command line, and the built web page.

Every route is thin: it reads labels, calls one function of the floors below and gives back its result with unit, year
and source. What is the server's own is only what a server needs: limits, jobs, uploads, sessions.
"""
