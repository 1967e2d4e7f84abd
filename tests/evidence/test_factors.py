from pathlib import Path

import pytest

from core.errors import InvalidInputError
from evidence.factors import Factors, read_factors


def test_diesel_co2_and_cost_follow_from_the_factors() -> None:
    factors = Factors(
        diesel_l_per_km=0.5, diesel_l_per_h=3, co2_kg_per_l=2, diesel_cost_per_l=1.5,
        cost_per_km=0.2, cost_per_crew_h=50,
    )  # fmt: skip
    assert factors.diesel_l(km=100, hours=10) == 80
    assert factors.co2_kg(km=100, hours=10) == 160
    assert factors.cost(km=100, hours=10) == 120 + 20 + 500


def test_a_file_changes_what_it_names(tmp_path: Path) -> None:
    file = tmp_path / "factors.toml"
    file.write_text('cost_per_crew_h = 90\ncurrency = "GBP"\n')
    factors = read_factors(file)
    assert (factors.cost_per_crew_h, factors.currency) == (90, "GBP")
    assert factors.co2_kg_per_l == Factors().co2_kg_per_l


def test_every_default_says_where_it_comes_from() -> None:
    for name, field in Factors.model_fields.items():
        assert field.description, name


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("co2_kg_per_l = -1", "co2_kg_per_l"),
        ("co2 = 2", "co2"),
        ("cost_per_km = 'much'", "cost_per_km"),
        ("cost_per_km = \n", "line 1"),
    ],
)
def test_a_wrong_file_names_line_or_field(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "factors.toml"
    file.write_text(text)
    with pytest.raises(InvalidInputError, match=told):
        read_factors(file)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="cannot be read"):
        read_factors(tmp_path / "none.toml")
