"""Who acts in the trail when the product itself looks after files."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SystemActor:
    """The product with its reason, as the trail names it."""

    reason: str
    user_id: int | None = None
    unit_code: str = ""
    request_id: str = ""
    address: str = ""

    @property
    def label(self) -> str:
        return f"Hệ thống ({self.reason})"
