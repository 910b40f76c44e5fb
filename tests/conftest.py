"""What all tests share: how hard the property tests try, and a cache that is not the user's."""

from __future__ import annotations

import os
import tempfile

import pytest
from hypothesis import HealthCheck, settings

# `fast` tries the same examples on every run and takes seconds; HYPOTHESIS_PROFILE=thorough tries new ones for minutes.
settings.register_profile(
    "fast", max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "thorough", max_examples=3000, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


def pytest_configure(config: pytest.Config) -> None:
    """Keep compiled rules of a test run, and of the programs it starts, out of the user's cache; workers share it."""
    if hasattr(config, "workerinput"):
        return
    directory = tempfile.TemporaryDirectory(prefix="cleaner-cache-")
    os.environ["XDG_CACHE_HOME"] = directory.name
    config.add_cleanup(directory.cleanup)
