"""What watches the ingester: alert rules and dashboard ask only for what it really exposes."""

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest.stats import Stats
from tests.ingest.scraping import exposition, scrape_of
from tests.services.required import unavailable

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
RULES_FILE = DEPLOY / "prometheus" / "alerts.yml"
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load(RULES_FILE.read_text())["groups"] for rule in group["rules"]
]
ALERTS = {rule["alert"]: rule for rule in RULES}
ALERT_TESTS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "alerts.yml").read_text())
DASHBOARD_FILES = sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))
DASHBOARDS: list[dict[str, Any]] = [json.loads(file.read_text()) for file in DASHBOARD_FILES]
SCRAPING: dict[str, Any] = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
GUIDE = (ROOT / "docs" / "monitoring.md").read_text("utf-8")

# What Prometheus itself adds to what it scrapes, with the labels that matter here.
ADDED = {
    "up": frozenset({"job", "instance"}),
    "ALERTS": frozenset({"alertname", "alertstate", "severity"}),
}
EVERYWHERE = frozenset({"job", "instance"})
WORDS = frozenset(
    {"by", "on", "and", "or", "unless", "group_left", "group_right", "without", "bool"}
)
# In Grafana these are put in before the question is asked.
GRAFANA = {"$__rate_interval": "5m", "$instance": ".*"}


def panels() -> Iterator[tuple[str, dict[str, Any]]]:
    for dashboard in DASHBOARDS:
        for panel in dashboard["panels"]:
            yield f"{dashboard['uid']}: {panel['title']}", panel


def questions() -> list[tuple[str, str]]:
    """Return every PromQL expression with the place it stands in."""
    found = [(name, rule["expr"]) for name, rule in ALERTS.items()]
    found += [
        (title, target["expr"]) for title, panel in panels() for target in panel.get("targets", [])
    ]
    found += [
        (annotation["name"], annotation["expr"])
        for dashboard in DASHBOARDS
        for annotation in dashboard["annotations"]["list"]
    ]
    variables = [v for dashboard in DASHBOARDS for v in dashboard["templating"]["list"]]
    found += [
        (variable["name"], variable["definition"].removeprefix("label_values(").split(", ")[0])
        for variable in variables
        if variable["type"] == "query"
    ]
    return [(place, plain(expression)) for place, expression in found]


def plain(expression: str) -> str:
    for variable, value in GRAFANA.items():
        expression = expression.replace(variable, value)
    return expression


def selectors(expression: str) -> list[tuple[str, frozenset[str]]]:
    """Return the metric names in an expression, each with the labels it is asked by."""
    # first what groups: names of labels, not of metrics
    bare = re.sub(r"\b(by|on|without|group_left|group_right)\s*\([^)]*\)", " ", expression)
    bare = re.sub(r"\[[^\]]*\]", " ", bare)
    found = []
    for name, _, matchers in re.findall(
        r"(?<![\w\"~=])([a-zA-Z_][\w:]*)\s*(\{([^}]*)\})?(?![\w\"(]|\s*\()", bare
    ):
        if name not in WORDS:
            labels = re.findall(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"", matchers)
            found.append((name, frozenset(labels)))
    return found


def test_the_parser_finds_what_it_should() -> None:
    expression = (
        'sum by (reason) (rate(a_total{x=~"b|c", y!="d{e"}[5m])) / on () group_left () '
        'max(time() - b_seconds{job="z"}) > 3600 and on (reason) c or vector(0)'
    )
    assert selectors(expression.replace("{e", "e")) == [
        ("a_total", frozenset({"x", "y"})),
        ("b_seconds", frozenset({"job"})),
        ("c", frozenset()),
    ]


@pytest.mark.parametrize(("place", "expression"), questions())
def test_every_question_is_about_something_that_is_exposed(place: str, expression: str) -> None:
    exposed = {
        **{name: labels | EVERYWHERE for name, labels in scrape_of(Stats()).names().items()},
        **{name: labels | EVERYWHERE for name, labels in ADDED.items()},
    }
    asked = selectors(expression)
    assert asked, place
    for name, labels in asked:
        assert name in exposed, f"{place}: {name} is not exposed"
        assert labels <= exposed[name], f"{place}: {name} has no {labels - exposed[name]}"


def test_what_is_filtered_by_value_exists() -> None:
    values = {
        sample.labels.get(label)
        for family in scrape_of(Stats()).families.values()
        for sample in family.samples
        for label in ("reason", "trust")
    }
    filters = [
        value
        for _, expression in questions()
        for given in re.findall(r"(?:reason|trust)(?:=~|!~|!=|=)\"([^\"]*)\"", expression)
        for value in given.split("|")
    ]
    assert filters
    assert set(filters) <= values


def test_no_alert_name_and_no_uid_is_used_twice() -> None:
    assert max(Counter(rule["alert"] for rule in RULES).values()) == 1
    assert max(Counter(dashboard["uid"] for dashboard in DASHBOARDS).values()) == 1
    for dashboard in DASHBOARDS:
        assert max(Counter(panel["id"] for panel in dashboard["panels"]).values()) == 1


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_says_how_bad_it_is_and_what_to_do(alert: str) -> None:
    rule = ALERTS[alert]
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert re.fullmatch(r"\d+[mh]", rule["for"])
    notes = rule["annotations"]
    assert notes["summary"].endswith(".")
    assert notes["action"].endswith(".")
    page, _, anchor = notes["runbook_url"].partition("#")
    assert (ROOT / page).is_file()
    assert anchor in {heading.lower() for heading in re.findall(r"^#+ (\w+)$", GUIDE, re.MULTILINE)}
    assert anchor == alert.lower()


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_is_tested_both_ways(alert: str) -> None:
    expected = [
        bool(case["exp_alerts"])
        for test in ALERT_TESTS["tests"]
        for case in test["alert_rule_test"]
        if case["alertname"] == alert
    ]
    assert set(expected) == {True, False}


def test_every_metric_is_explained_in_the_guide() -> None:
    ours = {name for name in scrape_of(Stats()).families if name.startswith("brimful_")}
    row = re.compile(r"^\| `(brimful_\w+?)(?:_total)?(?:\{\w+\})?` \|", re.MULTILINE)
    explained = set(row.findall(GUIDE))
    assert explained == ours


def test_every_event_of_the_log_is_explained_in_the_guide() -> None:
    sources = [*(ROOT / "ingest").rglob("*.py"), ROOT / "cli" / "ingest.py"]
    text = "\n".join(source.read_text("utf-8") for source in sources)
    logged = re.findall(r"\b_log\.\w+\(\s*\"([^\"]+)\"", text)
    held = re.findall(r"\b_hold\(\s*\w+,\s*\"([^\"]+)\"", text)
    events = {*logged, *(f"{what}; holding what came, nothing is lost" for what in held)}
    assert len(events) > 10
    explained = set(re.findall(r"^\| `([^`]+)` \| (?:info|warning|error) \|", GUIDE, re.MULTILINE))
    assert explained == events


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda d: str(d["uid"]))
def test_the_panels_do_not_overlap_and_fit(dashboard: dict[str, Any]) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert at["x"] + at["w"] <= 24, panel["title"]
        assert not cells & taken, panel["title"]
        taken |= cells


def test_every_panel_with_figures_says_what_they_mean() -> None:
    with_figures = [(title, panel) for title, panel in panels() if panel["type"] != "row"]
    assert len(with_figures) > 12
    for title, panel in with_figures:
        assert panel["description"].endswith("."), title
        assert panel["datasource"]["uid"] == "${datasource}", title


def test_grafana_finds_its_files_and_its_prometheus() -> None:
    provisioning = DEPLOY / "grafana" / "provisioning"
    (source,) = yaml.safe_load((provisioning / "datasources" / "prometheus.yml").read_text())[
        "datasources"
    ]
    (provider,) = yaml.safe_load((provisioning / "dashboards" / "brimful.yml").read_text())[
        "providers"
    ]
    grafana = COMPOSE["services"]["grafana"]
    mounts = dict(volume.removesuffix(":ro").split(":") for volume in grafana["volumes"])
    for folder in mounts:
        assert (ROOT / folder).is_dir()
    assert provider["options"]["path"] in mounts.values()
    home = Path(grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])
    assert home.name in {file.name for file in DASHBOARD_FILES}
    (variable,) = (v for v in DASHBOARDS[0]["templating"]["list"] if v["name"] == "datasource")
    assert variable["current"]["value"] == source["uid"]
    assert source["url"] == "http://prometheus:9090"


def test_prometheus_asks_where_the_ingester_answers() -> None:
    ingest = COMPOSE["services"]["ingest"]["environment"]
    (job,) = SCRAPING["scrape_configs"]
    (static,) = job["static_configs"]
    assert static["targets"] == [f"ingest:{ingest['BRIMFUL_INGEST_METRICS_PORT']}"]
    jobs = {
        given
        for _, expression in questions()
        for given in re.findall(r"\bjob=\"([^\"]*)\"", expression)
    }
    assert jobs == {job["job_name"]}
    assert SCRAPING["rule_files"] == [f"/etc/prometheus/{RULES_FILE.name}"]
    assert COMPOSE["services"]["prometheus"]["profiles"] == ["monitoring"]


@pytest.fixture(scope="session")
def promtool() -> str:
    """Prometheus' own checker, as .ci/services installs it."""
    program = shutil.which("promtool")
    if program is None:
        unavailable("there is no promtool on PATH (.ci/services)")
    return program


def run(promtool: str, *arguments: str | Path) -> str:
    done = subprocess.run(
        [promtool, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_prometheus_itself_finds_nothing_to_say_about_the_names(promtool: str) -> None:
    # the client library's own process_ metrics are not ours to name
    lines = exposition(Stats()).decode().splitlines(keepends=True)
    ours = "".join(line for line in lines if "brimful_" in line).encode()
    assert ours.count(b"# HELP") > 15
    done = subprocess.run(
        [promtool, "check", "metrics"], input=ours, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_prometheus_itself_accepts_the_rules(promtool: str) -> None:
    assert f"{len(RULES)} rules found" in run(promtool, "check", "rules", RULES_FILE)


def test_prometheus_itself_accepts_its_configuration(promtool: str, tmp_path: Path) -> None:
    adapted = {**SCRAPING, "rule_files": [str(RULES_FILE)]}
    (tmp_path / "prometheus.yml").write_text(yaml.safe_dump(adapted))
    run(promtool, "check", "config", tmp_path / "prometheus.yml")


def test_prometheus_itself_understands_every_question(promtool: str, tmp_path: Path) -> None:
    rules = [
        {"record": f"question:{number}", "expr": expression}
        for number, (_, expression) in enumerate(questions())
    ]
    file = tmp_path / "questions.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "all", "rules": rules}]}))
    assert f"{len(rules)} rules found" in run(promtool, "check", "rules", file)


def test_the_alerts_fire_when_they_should_and_only_then(promtool: str, tmp_path: Path) -> None:
    rules = [{**rule, "annotations": {"summary": rule["annotations"]["summary"]}} for rule in RULES]
    (tmp_path / "alerts.yml").write_text(
        yaml.safe_dump({"groups": [{"name": "brimful-ingest", "rules": rules}]})
    )
    (tmp_path / "tests.yml").write_text(yaml.safe_dump(ALERT_TESTS))
    assert "SUCCESS" in run(promtool, "test", "rules", tmp_path / "tests.yml")
