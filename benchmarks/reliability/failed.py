"""What says that something was lost."""


class Failed(AssertionError):
    """A try went wrong."""
