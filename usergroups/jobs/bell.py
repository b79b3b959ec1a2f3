"""huey: hands nudges from the doors to the workers, and keeps the timetable.

It carries job ids and nothing else; should all of its messages be lost, the sweep finds the rows.
There are lanes, each with workers of its own: somebody who waits for the mail that signs them in
shall wait neither for the slow server of an outside calendar nor for news to hundreds of members.
"""

import logging
import sqlite3

from huey import Huey, RedisHuey, SqliteHuey, crontab
from redis import ConnectionPool, RedisError

from usergroups.config import Config
from usergroups.jobs import timetable
from usergroups.models import JobKind

# Seconds; huey itself waits one second for the next message.
_PATIENCE = 10
# Jobs that have a lane of their own; all others share one.
_LANES = {JobKind.SEND_MESSAGE: "usergroups-swift", JobKind.SEND_NEWS: "usergroups-news"}


def make_lane(config: Config, name: str) -> Huey:
    """A queue of this installation: in Redis where it is named, else in a file on this machine."""
    if config.redis_url:
        # A server that is away and says nothing shall keep nobody waiting for ever.
        pool = ConnectionPool.from_url(
            config.redis_url, socket_connect_timeout=_PATIENCE, socket_timeout=_PATIENCE
        )
        return RedisHuey(name, connection_pool=pool, results=False)
    config.instance_dir.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(name, filename=str(config.queue_file), results=False)


class Bell:
    """Rung by a door after its commit; answered by a worker."""

    def __init__(self, config: Config) -> None:
        self.steady = make_lane(config, "usergroups")
        self.apart = {kind: make_lane(config, name) for kind, name in _LANES.items()}
        self._config = config
        self._do = self.steady.task(name="do")(self.answer)
        self._do_apart = {
            kind: lane.task(name="do")(self.answer) for kind, lane in self.apart.items()
        }
        self.steady.periodic_task(crontab(minute="*"), name="sweep")(self.sweep)
        self.steady.periodic_task(crontab(minute="*"), name="search")(timetable.refresh_search)
        self.steady.periodic_task(crontab(minute="17", hour="3"), name="tidy")(timetable.tidy)
        ten_minutes = crontab(minute="*/10")
        self.steady.periodic_task(ten_minutes, name="back")(timetable.leave_look_backs)
        self.steady.periodic_task(ten_minutes, name="remind")(timetable.leave_reminders)
        expiring = crontab(minute="23", hour="3")
        self.steady.periodic_task(expiring, name="expiry")(timetable.leave_expiry)
        nightly = crontab(minute="41", hour="2")
        self.steady.periodic_task(nightly, name="charter")(timetable.leave_charter)
        early = crontab(minute="23", hour="2")
        self.steady.periodic_task(early, name="series")(timetable.leave_series)

    def ring(self, job_id: int, kind: JobKind) -> None:
        """Say that a job row was left. Unheard costs a minute at most: the sweep finds the row."""
        try:
            self._do_apart.get(kind, self._do)(job_id)
        except (RedisError, sqlite3.Error) as unheard:
            logging.getLogger(__name__).warning("job %s waits for the sweep: %s", job_id, unheard)

    def answer(self, job_id: int) -> None:
        """Do the job, in a worker."""
        # Serving processes only ring: they are spared what jobs converse with other servers by.
        from usergroups.jobs import runner

        runner.run(job_id, self._config)

    def sweep(self) -> None:
        """Each minute: what is due by the timetable, then whatever nobody is doing."""
        timetable.leave_syncs()
        for job_id, kind in timetable.overlooked():
            self.ring(job_id, kind)
