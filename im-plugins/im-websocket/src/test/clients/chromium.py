"""Chromium: `chromium.py PAGE`, with the cells of the matrix on the standard input; PAGE is where its script stands, any text.

README.md says what a cell is. Needs chromium and chromedriver on the PATH.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

SECONDS = 1200
# More handshakes at once than this, Chromium delays by seconds.
HANDSHAKES = 6
SCRIPT = """
    const [code, cells, handshakes, done] = arguments;
    const said = [];
    import(URL.createObjectURL(new Blob([code], { type: "text/javascript" })))
      .then((runs) => runs.runAll(
        cells, runs.fewAtOnce(handshakes, runs.webSocketOf(WebSocket)), (line) => said.push(line)))
      .then(() => done(said.join("\\n")), (failure) => done(String(failure)));
"""


class Driver:
    """A chromedriver, https://www.w3.org/TR/webdriver2/."""

    def __init__(self):
        self.process = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
        ports = (re.search(r"successfully on port (\d+)", line) for line in self.process.stdout)
        self.port = next(found.group(1) for found in ports if found)
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def command(self, method, path, body=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/{path}", method=method,
                                         data=None if body is None else json.dumps(body).encode())
        try:
            with self.opener.open(request, timeout=SECONDS) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as refused:
            sys.exit(f"{path}: {refused.read().decode()}")

    def end(self):
        self.process.terminate()
        self.process.wait()


def options(profile):
    return {"binary": shutil.which("chromium") or "chromium", "args": [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", f"--user-data-dir={profile}"]}


def main(page, cells):
    with open(os.path.join(os.path.dirname(__file__), "runs.mjs"), encoding="utf-8") as runs:
        code = runs.read()
    driver = Driver()
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            wanted = {"timeouts": {"script": SECONDS * 1000}, "goog:chromeOptions": options(profile)}
            session = driver.command("POST", "session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
            try:
                driver.command("POST", f"session/{session}/url", {"url": page})
                print(driver.command("POST", f"session/{session}/execute/async",
                                     {"script": SCRIPT, "args": [code, cells, HANDSHAKES]}))
            finally:
                driver.command("DELETE", f"session/{session}")
    finally:
        driver.end()


if __name__ == "__main__":
    main(sys.argv[1], sys.stdin.read())
