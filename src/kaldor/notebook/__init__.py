"""What `import kaldor` gives: the questions of every room in a few words, with the pictures of a brief."""
