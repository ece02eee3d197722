"""Files people hand in or the product makes: inspected, stored by content, served through their owner.

inspect says why a file cannot be accepted, keeping stores it, owners decides who may read it, serving sends
it, scan waits for the virus scanner, sweep finds and mends what has been damaged, store knows where bytes
lie.
"""

from core.files.inspect import ACCEPT, KINDS, complaint_about
from core.files.keeping import keep, read
from core.files.names import clean_name
from core.files.owners import may_read, register_owner, register_watchers, rescope, rescope_owner
from core.files.serving import Refusal, download, opened
from core.files.store import StoreDown
from core.files.sweep import verify

__all__ = [
    "ACCEPT",
    "KINDS",
    "Refusal",
    "StoreDown",
    "clean_name",
    "complaint_about",
    "download",
    "keep",
    "may_read",
    "opened",
    "read",
    "register_owner",
    "register_watchers",
    "rescope",
    "rescope_owner",
    "verify",
]
