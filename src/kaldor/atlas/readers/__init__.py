"""Readers of files from outside: each turns one layout into contents that the store can keep.

Whatever they read may be damaged or hostile: nothing is unpickled, sizes are checked before anything is unpacked,
and every problem of an input is reported together as one InputError.
"""
