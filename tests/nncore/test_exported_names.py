import types

import nncore


def test_public_names_are_listed_sorted_and_complete():
    constants = [name for name in nncore.__all__ if name.isupper()]
    others = [name for name in nncore.__all__ if not name.isupper()]
    assert nncore.__all__ == sorted(constants) + sorted(others)
    found = {
        name
        for name, value in vars(nncore).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }
    assert found == set(nncore.__all__)
