"""How often somebody may do something: counted in memory, for each process on its own, and forgotten at its end."""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from threading import Lock


@dataclass
class Limiter:
    """At most `times` within `seconds` for one key. Threads may share it.

    Attributes:
        times, seconds: what is allowed.
        keys: how many keys are remembered; beyond that the one that was quiet longest is forgotten.
    """

    times: int
    seconds: float
    keys: int = 50_000
    _seen: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, key: str, now: float) -> float:
        """Seconds until the key may go on; 0 where it may. Counts nothing."""
        with self._lock:
            past = self._past(key, now)
            return 0.0 if past is None or len(past) < self.times else past[0] + self.seconds - now

    def count(self, key: str, now: float) -> None:
        """Count one more for the key."""
        with self._lock:
            past = self._past(key, now)
            if past is None:
                past = self._seen[key] = deque(maxlen=self.times)
            past.append(now)
            while len(self._seen) > self.keys:
                self._seen.popitem(last=False)

    def take(self, key: str, now: float) -> float:
        """Count one more where the key may go on; seconds to wait, uncounted, where it may not."""
        wait = self.wait(key, now)
        if wait <= 0:
            self.count(key, now)
        return wait

    def _past(self, key: str, now: float) -> deque[float] | None:
        past = self._seen.get(key)
        if past is None:
            return None
        while past and past[0] <= now - self.seconds:
            past.popleft()
        self._seen.move_to_end(key)
        return past
