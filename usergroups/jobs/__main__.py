"""The worker: `python -m usergroups.jobs`, or `usergroups worker`. Stop it by SIGINT."""

import logging

from usergroups import db, queue, tokens
from usergroups.config import Config
from usergroups.jobs import runner  # noqa: F401  now, so that the first mail does not wait for it
from usergroups.jobs.bell import Bell

_THREADS = 2
# Longest pause, in seconds, before an empty lane is looked at again.
_PAUSE, _SHORT_PAUSE = 1.0, 0.2


def main() -> None:
    """Do background work until told to stop."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level="INFO")
    logging.getLogger("huey").setLevel("WARNING")
    config = Config.from_env()
    db.connect(config.database)
    tokens.sign_with(config.secret())
    bell = Bell(config)
    queue.announce_with(bell.ring)
    bell.sweep()
    beside = [
        lane.create_consumer(
            workers=_THREADS, periodic=False, initial_delay=0.05, max_delay=_SHORT_PAUSE
        )
        for lane in bell.apart.values()
    ]
    for consumer in beside:
        consumer.start()
    # The last to start takes the signals for all.
    bell.steady.create_consumer(workers=_THREADS, initial_delay=0.05, max_delay=_PAUSE).run()
    for consumer in beside:
        consumer.stop(graceful=True)


main()
