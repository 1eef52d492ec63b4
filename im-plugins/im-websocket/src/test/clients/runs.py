"""The clients of Python: `runs.py websockets|aiohttp`, with the cells of the matrix on the standard input.

README.md says what a cell is. Works with Debian's python3-websockets 10.4 and later, and python3-aiohttp 3.8 and later.
"""

import asyncio
import collections
import sys

PATIENCE_SECONDS = 60
REST_SECONDS = 0.3
AGAIN_SECONDS = 0.02
TOO_BIG = 70_000
NORMAL = 1000
LOST = 1006
BROKEN = {"text": b"\x81\x81\0\0\0\0\xff", "frame": b"\x83\x80\0\0\0\0"}

Cell = collections.namedtuple("Cell", "label chain url say count size act runs parallel want")


def parse(line):
    cell = Cell(*line.split("\t"))
    return cell._replace(
        count=int(cell.count), size=int(cell.size), runs=int(cell.runs), parallel=int(cell.parallel))


class Refused(Exception):
    """There was no handshake."""


class Websockets:
    """Of python3-websockets."""

    def __init__(self, connection):
        self.connection = connection

    @staticmethod
    async def connect(url, _):
        import websockets
        try:
            return Websockets(await websockets.connect(url, ping_interval=None))
        except (OSError, websockets.exceptions.WebSocketException) as refused:
            raise Refused(refused) from None

    @property
    def extension(self):
        return "deflate" if self.connection.extensions else "plain"

    async def send(self, text):
        await self.connection.send(text)

    def write(self, data):
        self.connection.transport.write(data)

    async def close(self):
        await self.connection.close(NORMAL)

    async def receive(self):
        """The next message; None at the end."""
        from websockets.exceptions import ConnectionClosed
        try:
            return await self.connection.recv()
        except ConnectionClosed as closed:
            self.closed = closed
            return None

    def end(self):
        clean = self.closed.rcvd is not None and self.closed.sent is not None
        received = self.closed.rcvd
        return received.code if received else LOST, clean, received.reason if received else ""


class Aiohttp:
    """Of python3-aiohttp. What still comes when its own close is under way, it drops."""

    def __init__(self, connection):
        self.connection = connection
        self.reason = ""
        self.clean = False

    @staticmethod
    async def connect(url, session):
        import aiohttp
        try:
            return Aiohttp(await session.ws_connect(url, compress=15))
        except (OSError, aiohttp.ClientError) as refused:
            raise Refused(refused) from None

    @property
    def extension(self):
        return "deflate" if self.connection.compress else "plain"

    async def send(self, text):
        await self.connection.send_str(text)

    def write(self, data):
        self.connection._writer.transport.write(data)

    async def close(self):
        await self.connection.close(code=NORMAL)
        self.clean = self.connection.close_code == NORMAL

    async def receive(self):
        from aiohttp import WSMsgType
        message = await self.connection.receive()
        if message.type is WSMsgType.TEXT:
            return message.data
        if message.type is WSMsgType.CLOSE:
            self.reason = message.extra
            self.clean = self.connection.exception() is None
        return None

    def end(self):
        return self.connection.close_code, self.clean, self.reason


async def run(cell, connect, session):
    """One connection, to its end; says how that was."""
    while True:
        try:
            client = await connect(cell.url, session)
            break
        except Refused as refused:
            if cell.act != "again":
                return f"not opened: {refused}"
            await asyncio.sleep(AGAIN_SECONDS)
    extension = client.extension
    seen = Seen(cell)
    closing = None
    if cell.say:
        await client.send(cell.say)
    if cell.act == "answer":
        for number in range(cell.count):
            await client.send(f"{number} {cell.size} ANSWER")
        closing = asyncio.ensure_future(client.close())
        if isinstance(client, Aiohttp):
            await closing
    elif cell.act.startswith("early-"):
        await break_rule(cell.act[len("early-"):], client)
    while (message := await client.receive()) is not None:
        seen.message(message)
        if cell.act == "slow" and seen.messages == 1:
            await asyncio.sleep(REST_SECONDS)
        elif cell.act == "close" and seen.messages == 1:
            closing = asyncio.ensure_future(client.close())
            if isinstance(client, Aiohttp):
                await closing
        elif seen.messages == cell.count:
            await break_rule(cell.act, client)
    if closing:
        await closing
    code, clean, reason = client.end()
    how = f"{code} {'clean' if clean else 'unclean'}{'' if reason else ', no reason'}"
    return f"{seen.text()}, {extension}, {how}"


async def break_rule(rule, client):
    if rule == "big":
        await client.send("x" * TOO_BIG)
    elif rule in BROKEN:
        client.write(BROKEN[rule])


class Seen:
    """The messages so far, and whether they were the right ones."""

    def __init__(self, cell):
        self.size = cell.size
        self.messages = 0
        self.wrong = ""

    def message(self, text):
        if len(text) != self.size or not text.startswith(f"{self.messages} "):
            self.wrong = ", wrong messages"
        self.messages += 1

    def text(self):
        return f"{self.messages} messages{self.wrong}"


async def run_in_time(cell, connect, session):
    try:
        return await asyncio.wait_for(run(cell, connect, session), PATIENCE_SECONDS)
    except asyncio.TimeoutError:
        return "no end"
    except Exception as failure:
        return f"failed: {failure!r}"


async def run_cell(cell, connect, session):
    failed = 0
    for done in range(0, cell.runs, cell.parallel):
        batch = min(cell.parallel, cell.runs - done)
        for outcome in await asyncio.gather(*(run_in_time(cell, connect, session) for _ in range(batch))):
            if outcome != cell.want:
                failed += 1
                print(f"failed\t{cell.label}\t{outcome}", flush=True)
    print(f"ran\t{cell.label}\t{cell.runs}\t{failed}", flush=True)


async def run_chain(cells, connect, session):
    for cell in cells:
        await run_cell(cell, connect, session)


async def run_all(cells, client):
    chains = collections.defaultdict(list)
    for cell in cells:
        chains[cell.chain].append(cell)
    if client is Aiohttp:
        import aiohttp
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            await asyncio.gather(*(run_chain(chain, client.connect, session) for chain in chains.values()))
    else:
        await asyncio.gather(*(run_chain(chain, client.connect, None) for chain in chains.values()))
    print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(run_all([parse(line) for line in sys.stdin.read().splitlines()],
                        {"websockets": Websockets, "aiohttp": Aiohttp}[sys.argv[1]]))
