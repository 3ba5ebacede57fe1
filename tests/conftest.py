"""What all tests share: no real account, no settings of the developer's, and a stack to work on."""

import gc
import logging
from collections.abc import Iterator

import pytest
from aws_lambda_powertools import Logger
from hypothesis import settings

from local.cloud import DROPPED, PRETENCE, SERVICE, Cloud
from local.samples import CREDENTIALS
from local.stack import FUNCTIONS, SITE_URL
from local.template import default_parameters, function_environment
from tests.aws import Storage
from tests.fakes import Clock, Log
from tests.properties import examples

settings.register_profile("hotpapers", max_examples=examples(100))
settings.load_profile("hotpapers")


@pytest.fixture(scope="session", autouse=True)
def pretended_account() -> Iterator[None]:
    """An environment in which nothing reaches a real account, or finds a setting of its own."""
    references = {"Table": "", "Bucket": "", **default_parameters(), "SiteUrl": SITE_URL}
    settings = {
        name for function in FUNCTIONS for name in function_environment(function, references)
    }
    with pytest.MonkeyPatch.context() as patch:
        for name in {*DROPPED, *settings, *CREDENTIALS}:
            patch.delenv(name, raising=False)
        for name, value in PRETENCE.items():
            patch.setenv(name, value)
        yield


@pytest.fixture
def clock() -> Clock:
    """A clock that only sleeping moves."""
    return Clock()


@pytest.fixture
def log() -> Iterator[Log]:
    """What our package and the libraries below it log meanwhile, down to DEBUG.

    Not `caplog`: the functions' logger, once it exists, keeps its records from the root's handlers.
    It is made here: whoever makes it first filters its records out of the root's handlers, which
    this one is.
    """
    Logger(service=SERVICE)
    handler = Log()
    loggers = [logging.getLogger(), logging.getLogger("hotpapers")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    yield handler
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)


@pytest.fixture
def no_collection() -> Iterator[None]:
    """No garbage collection meanwhile, for tests that go down to the recursion limit.

    Whatever is collected there cannot clean up after itself, for want of a frame; Python passes
    over that, and pytest takes it for a fault of the test that happened to come along.
    """
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(scope="module")
def module_storage() -> Iterator[Storage]:
    """The template's table and bucket, in memory; made once for a module, since it is slow."""
    with Cloud() as cloud:
        yield Storage(cloud.stack)


@pytest.fixture
def storage(module_storage: Storage) -> Storage:
    """The template's table and bucket, in memory and empty."""
    module_storage.wipe()
    module_storage.forget_stream()
    return module_storage
