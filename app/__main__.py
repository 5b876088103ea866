"""`python -m chalknet` is the command `chalknet`."""

from .cli import main

if __name__ == "__main__":
    main()
