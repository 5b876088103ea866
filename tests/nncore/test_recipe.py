import pytest

from nncore import Recipe


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("shape", (784,), "2 to 20 layer sizes"),
        ("shape", [784, 10], "2 to 20 layer sizes"),
        ("shape[1]", (784, 0, 10), "whole numbers from 1"),
        ("shape[1]", (784, True, 10), "whole numbers from 1"),
        ("shape[1]", (784, 10**9, 10), "whole numbers from 1 to 100,000"),
        ("shape[1]", (784, 10**5000, 10), "whole numbers from 1 to 100,000"),
        ("shape", (100_000, 100_000, 10), "at most 50,000,000"),
        ("batch_size", 0, "whole numbers from 1"),
        ("batch_size", 2.0, "whole numbers from 1"),
        ("seed", -1, "whole numbers from 0"),
        ("initialization", "random", "standard, scaled, zeros, glorot, he"),
        ("activation", "softmax", "sigmoid, tanh, relu"),
        ("loss", None, "quadratic, cross-entropy"),
        ("optimizer", "adam", "sgd, momentum"),
        ("momentum", 1.0, "finite numbers from 0"),
        ("l2", float("nan"), "finite numbers from 0"),
        ("l2", 10**400, "finite numbers from 0"),
        ("dtype", "float16", "float32, float64"),
        ("train_size", 0, "whole numbers from 1"),
    ],
)
def test_a_wrong_setting_is_named_with_what_was_given_and_what_is_allowed(name, value, allowed):
    settings = {"shape": (784, 30, 10), "batch_size": 10, name.split("[")[0]: value}
    with pytest.raises(ValueError, match="allowed: ") as error:
        Recipe(**settings)
    text = str(error.value)
    assert text.startswith(name)
    assert allowed in text
    assert len(text) < 200
