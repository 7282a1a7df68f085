"""Ground: the one reader of declared files (TOML) and of text from outside.

A declared type derives from `Declared`, that of a whole file from `DeclaredFile`; `read` and its siblings turn a file
into it, or into one `InputError` that holds every problem of the file with its place.
"""

from kaldor.declared.model import Declared, DeclaredFile, Link, Slug, checked, holding, near, said, spelt
from kaldor.declared.reading import joined, parse, read, read_packaged, read_packaged_folder, together, toml_in
from kaldor.declared.text import MOST_BYTES, bytes_of, decoded, is_text, refuse_special, text_of
from kaldor.declared.toml import DEEPEST, toml_as_written, toml_file, toml_of, value_problems

__all__ = [
    "DEEPEST",
    "MOST_BYTES",
    "Declared",
    "DeclaredFile",
    "Link",
    "Slug",
    "bytes_of",
    "checked",
    "decoded",
    "holding",
    "is_text",
    "joined",
    "near",
    "parse",
    "read",
    "read_packaged",
    "read_packaged_folder",
    "refuse_special",
    "said",
    "spelt",
    "text_of",
    "together",
    "toml_as_written",
    "toml_file",
    "toml_in",
    "toml_of",
    "value_problems",
]
