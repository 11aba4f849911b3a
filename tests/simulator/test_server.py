import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import bms_simulator
from bms_simulator.server import SimulatorServer
from bms_simulator.simulator import Simulator
from bms_simulator.world import World
from tests.simulator.worlds import NORTHWIND, POST_SERVICE, Bms, Clock, element, world

JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
SIGN_IN = "GrantType=password&UserName=alice&Password=alice%27s+password&Tenant=Northgate+IT"


class Client:
    """One kept-alive connection, signed in."""

    def __init__(self, port: int, timeout: float = 10) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        token = self.send("POST", "/v2/security/authenticate", SIGN_IN, FORM)["result"]["accessToken"]
        self.headers = JSON | {"authorization": f"Bearer {token}"}

    def send(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        data = body if isinstance(body, str) else json.dumps(body)
        self.connection.request(method, path, data, headers or self.headers)
        return json.loads(self.connection.getresponse().read())

    def post_service(self, units: int) -> Any:
        path = f"/v2/finance/contracts/recurringservices/{NORTHWIND}/services"
        return self.send("POST", path, [element(units)])


@pytest.fixture
def server() -> Iterator[SimulatorServer]:
    server = SimulatorServer(Simulator(World.from_json(world()), Clock()))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def client(server: SimulatorServer) -> Iterator[Client]:
    client = Client(server.server_address[1])
    yield client
    client.connection.close()


def total(server: SimulatorServer) -> str:
    bills = server.simulator.bills()
    return str(bills[0]["total_now"])


def test_it_listens_on_loopback_only(server: SimulatorServer) -> None:
    assert server.server_address[0] == "127.0.0.1"


def test_one_connection_serves_many_calls(client: Client) -> None:
    client.send("GET", "/v2/finance/contracts/summary?PageSize=1")
    first = client.connection.sock
    page = client.send("GET", "/v2/finance/contracts/summary?PageSize=1&PageNumber=2&Filter.AccountName=o")
    assert client.connection.sock is first
    assert (page["totalRecords"], len(page["result"])) == (2, 1)


def test_a_write_and_the_control_plane_work_over_the_socket(server: SimulatorServer, client: Client) -> None:
    assert client.post_service(29)["result"]["id"] == 91
    assert client.send("GET", "/control/writes")[0]["answered"] == 200
    assert client.send("PATCH", "/control/lines/91", {"units": 20})["units"] == 20
    assert total(server) == "100.00"


@pytest.mark.parametrize(("kind", "after"), [("cut-before", "160.00"), ("cut-after", "145.00")])
def test_a_cut_connection_is_closed_without_a_byte(
    server: SimulatorServer, client: Client, kind: str, after: str
) -> None:
    server.simulator.arm(POST_SERVICE, kind)
    with pytest.raises(http.client.RemoteDisconnected):
        client.post_service(29)
    assert total(server) == after


@pytest.mark.parametrize(("kind", "after"), [("hang", "160.00"), ("hang-after", "145.00")])
def test_a_hanging_answer_outlasts_the_patience_of_the_client(
    server: SimulatorServer, client: Client, kind: str, after: str
) -> None:
    server.simulator.arm(POST_SERVICE, kind)
    client.connection.timeout = 0.2
    client.connection.close()
    with pytest.raises(TimeoutError):
        client.post_service(29)
    assert total(server) == after


def test_a_slow_answer_holds_up_nobody_else(server: SimulatorServer, client: Client) -> None:
    server.simulator.arm(POST_SERVICE, "slow", seconds=3600)
    path = f"/v2/finance/contracts/recurringservices/{NORTHWIND}/services"
    client.connection.request("POST", path, json.dumps([element(29)]), client.headers)
    other = Client(server.server_address[1])
    assert other.send("GET", "/v2/finance/contracts/summary")["totalRecords"] == 2
    other.connection.close()


def test_a_slow_answer_comes_in_the_end(server: SimulatorServer, client: Client) -> None:
    server.simulator.arm(POST_SERVICE, "slow", seconds=0.05)
    assert client.post_service(29)["success"] is True


def test_cut_json_arrives_as_a_whole_answer_that_cannot_be_read(
    server: SimulatorServer, client: Client
) -> None:
    server.simulator.arm(POST_SERVICE, "cut-json")
    with pytest.raises(json.JSONDecodeError):
        client.post_service(29)
    assert total(server) == "145.00"


def test_the_process_prints_its_addresses_and_ends_on_sigterm() -> None:
    command = [sys.executable, "-m", "bms_simulator", "--companies", "3", "--date", "2026-11-23"]
    command += ["--behaviour", "appends", "--ahead", "re-dates", "--latency-ms", "1"]
    source = str(Path(bms_simulator.__file__).parent.parent)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=source) as process:
        assert process.stdout is not None
        addresses = json.loads(process.stdout.readline())
        host, _, port = addresses["url"].removeprefix("http://").partition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=10)
        connection.request("GET", "/control/world")
        loaded = json.loads(connection.getresponse().read())
        connection.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        assert process.stdout.read() == ""
    assert addresses["control_url"] == addresses["url"] + "/control"
    assert (len(loaded["contracts"]), loaded["behaviour"], loaded["ahead"]) == (3, "appends", "re-dates")


def test_the_server_and_the_object_answer_alike(client: Client) -> None:
    over_socket = client.send("GET", "/v2/crm/accounts/lookup")
    assert over_socket == json.loads(Bms().send("GET", "/v2/crm/accounts/lookup").body)
