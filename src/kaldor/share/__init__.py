"""A scenario to give away: one file that opens without Kaldor, without a server and without a network.

`scenario` gathers what is said of it, `page` writes it as HTML and `card` as a picture; `file` chooses by a name's end.
"""
