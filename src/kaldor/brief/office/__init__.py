"""The brief for office programs, as a text and as slides, from the same document as page and paper.

The packages that write such files are an extra (`kaldor[office]`) and are loaded when a file is asked for.
"""
