"""Workers that are no processes: calls are carried out here, as they come."""

from concurrent.futures import Future

from spikingfa.base.run_calls import Workers


class Here(Workers):
    """What `Processes` is to its callers, without the seconds in which processes start."""

    def __init__(self, *_):
        pass

    def submit(self, function, /, *arguments, **options) -> Future:
        future = Future()
        try:
            future.set_result(function(*arguments, **options))
        except Exception as error:
            future.set_exception(error)
        return future
