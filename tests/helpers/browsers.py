"""What is on the screen of a browser."""


def drawn(page) -> None:
    """Wait until what was asked for is on the screen."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def until(page, condition: str) -> None:
    """Wait for what takes the browser a moment, such as turning the wheel."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never: {condition}")
