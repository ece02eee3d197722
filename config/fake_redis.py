"""A Redis written in Python on a Unix socket: `python -m config.fake_redis SOCKET`.

Only for machines without a Redis program (other processors, newer Pythons): slow, but it speaks
the whole protocol.
"""

import os
import socket
import sys
from itertools import count

from fakeredis import TcpFakeServer


class UnixFakeServer(TcpFakeServer):
    """The TCP server of fakeredis, moved to a Unix socket."""

    address_family = socket.AF_UNIX

    def __init__(self, path: str) -> None:
        self._numbers = count(1)
        super().__init__(path)
        self.daemon_threads = True  # an open connection must not keep the program alive

    def get_request(self):
        """A number as address: fakeredis tells clients apart by it, and on a Unix socket it is empty."""
        connection, _ = super().get_request()
        return connection, ("unix", next(self._numbers))


if __name__ == "__main__":
    os.umask(0o177)
    UnixFakeServer(sys.argv[1]).serve_forever()
