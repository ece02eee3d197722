"""Numbers of rows as codes in addresses: what stands in a link can be neither guessed nor counted.

The number is encrypted as one AES block together with zeros; a code that does not decrypt to zeros names
nothing. The key is PUBLIC_CODE_KEY; changing it breaks links people have kept, so it is a setting of its own.
"""

import base64
import hashlib
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

_LENGTH = 26  # 16 bytes in base 32
_ZEROS = bytes(8)


@lru_cache(maxsize=4)
def _cipher(secret: str) -> Cipher[modes.ECB]:
    key = hashlib.sha256(f"codes:{secret}".encode()).digest()
    return Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 - one block, no pattern to see


def code_of(number: int) -> str:
    """The code of a row's number: 26 lower-case letters and digits, always the same for one number.

    Raises ValueError for a number no row can have.
    """
    if not 0 <= number < 2**64:
        raise ValueError(number)
    encryptor = _cipher(settings.PUBLIC_CODE_KEY).encryptor()
    block = encryptor.update(_ZEROS + number.to_bytes(8, "big"))
    return base64.b32encode(block).decode().rstrip("=").lower()


def number_of(code: str) -> int:
    """The number a code stands for. Raises ValueError when it stands for none."""
    if len(code) != _LENGTH:
        raise ValueError(code)
    block = base64.b32decode(code.upper() + "======")
    plain = _cipher(settings.PUBLIC_CODE_KEY).decryptor().update(block)
    if plain[:8] != _ZEROS or code_of(int.from_bytes(plain[8:], "big")) != code:
        raise ValueError(code)
    return int.from_bytes(plain[8:], "big")


class CodeConverter:
    """`<code:pk>` in a route: the view gets the number, the address shows the code."""

    regex = "[a-z2-7]{26}"

    def to_python(self, value: str) -> int:
        return number_of(value)

    def to_url(self, value: int | str) -> str:
        return code_of(int(value))
