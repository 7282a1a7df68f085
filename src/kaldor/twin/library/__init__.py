"""Events that happened or are feared, run as declared shocks and set beside all that was published about them.

`declared` reads an event: its runs (a shock and the economy of a year each) and every published figure, with what of a
run compares with it or why nothing does. `steps` says how long a step is, `measured` takes that figure from a run,
`standing` says where the band lies beside the published range, `run` does all of it for a library of events, and
`words` says it.
"""
