import pytest

from nncore import Dataset
from tests.nncore.blobs import make_blobs


@pytest.fixture
def blobs() -> Dataset:
    return make_blobs()
