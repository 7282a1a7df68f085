"""`python -m kaldor` is the command `kaldor`."""

from kaldor.cli.main import main

if __name__ == "__main__":
    main()
