"""Node-RED with a flow of ours: MQTT in at QoS 1 with a lasting session, one INSERT a message.

Install it anywhere with `npm install --prefix FOLDER node-red pg` and name the folder in
BRIMFUL_BENCH_NODE_RED. The flow uses the `pg` module itself: the Postgres nodes that the registry
has are older than the password exchange of today's PostgreSQL.
"""

import asyncio
import json
import os
import shutil
from pathlib import Path

from bench.services.places import HOST, NoServicesError, free_port
from bench.services.process import Process

FOLDER = "BRIMFUL_BENCH_NODE_RED"
START_LIMIT_S = 60.0
CREATE_TABLE = """
    CREATE TABLE peer_readings (
        sensor_id text, measured_at timestamptz, fill_pct real, battery_v real,
        PRIMARY KEY (sensor_id, measured_at)
    )
"""
"""The flow's table, without what Brimful has beside a reading."""
_STORE = """
    const said = msg.payload;
    const sensor = msg.topic.split('/')[1];
    await global.get('pool').query(
        'INSERT INTO peer_readings VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
        [sensor, said.measured_at, said.fill_pct, said.battery_v]);
"""
_SETTINGS = """
    const {{Pool}} = require({pg});
    module.exports = {{
        uiHost: '{host}', uiPort: {port}, httpAdminRoot: false, credentialSecret: false,
        flowFile: 'flows.json', logging: {{console: {{level: 'info'}}}},
        functionGlobalContext: {{
            pool: new Pool({{connectionString: process.env.PEER_DATABASE_URL, max: 10}})
        }}
    }};
"""


def installed() -> Path | None:
    """Return the folder it is installed in, if there is one."""
    named = os.environ.get(FOLDER)
    return None if not named else Path(named)


class NodeRed:
    """A Node-RED that can be killed and started again; its session at the broker lasts."""

    def __init__(self, folder: Path, *, broker_port: int, database_url: str) -> None:
        """Write settings and flow into ``folder``."""
        self._modules = self._found() / "node_modules"
        self._folder = folder
        self._database_url = database_url
        self._process: Process | None = None
        self._starts = 0
        self._port = free_port()
        pg = json.dumps(str(self._modules / "pg"))
        settings = _SETTINGS.format(pg=pg, host=HOST, port=self._port)
        (folder / "settings.js").write_text(settings)
        (folder / "flows.json").write_text(json.dumps(_flow(broker_port)))

    async def start(self) -> None:
        """Start it and return once it is connected to the broker."""
        self._starts += 1
        self._process = Process(
            [
                "node",
                self._modules / "node-red" / "red.js",
                "--userDir",
                self._folder,
                "--settings",
                self._folder / "settings.js",
            ],
            log=self._folder / f"node-red-{self._starts}.log",
            environment={"PEER_DATABASE_URL": self._database_url},
            folder=self._folder,
        )
        async with asyncio.timeout(START_LIMIT_S):
            while "Connected to broker" not in self._process.said():
                if not self._process.alive:
                    raise NoServicesError(f"Node-RED ended:\n{self._process.said()}")
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """SIGKILL it."""
        if self._process is not None:
            await self._process.kill()

    async def stop(self) -> None:
        """Ask it to end."""
        if self._process is not None:
            await self._process.stop()

    def said(self) -> str:
        """Return what it logged since its last start."""
        return "" if self._process is None else self._process.said()

    @staticmethod
    def _found() -> Path:
        folder = installed()
        if folder is None or not (folder / "node_modules" / "node-red").is_dir():
            raise NoServicesError(
                f"{FOLDER} names no folder with Node-RED: npm install --prefix FOLDER node-red pg"
            )
        if shutil.which("node") is None:
            raise NoServicesError("there is no node on PATH")
        return folder


def _flow(broker_port: int) -> list[dict[str, object]]:
    return [
        {"id": "tab", "type": "tab", "label": "readings"},
        {
            "id": "broker",
            "type": "mqtt-broker",
            "broker": HOST,
            "port": str(broker_port),
            "clientid": "node-red",
            "autoConnect": True,
            "protocolVersion": "4",
            "keepalive": "60",
            # the broker keeps what is published while it is away
            "cleansession": False,
            # or a stop in peace would give up the subscription, and with it what comes meanwhile
            "autoUnsubscribe": False,
        },
        {
            "id": "in",
            "type": "mqtt in",
            "z": "tab",
            "topic": "bins/+/readings",
            "qos": "1",
            "datatype": "json",
            "broker": "broker",
            "inputs": 0,
            "wires": [["store"]],
        },
        {"id": "store", "type": "function", "z": "tab", "func": _STORE, "outputs": 0, "wires": []},
    ]
