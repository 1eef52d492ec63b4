"""What a host's own project has of this one: its artifacts in a Maven repository of their own, under target/, and Maven to build with."""

import glob
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TARGET = os.path.join(ROOT, "target", "host")
REPOSITORY = os.path.join(TARGET, "repository")
GROUP = "io.hongyan"
MAVEN_SECONDS = 600

MODULES = {
    "im-api": "im-api", "im-test": "im-test", "im-transport-nio": "im-transport-nio",
    "im-transport-epoll": "im-transport-epoll", "im-websocket": "im-plugins/im-websocket",
    "im-recorder": "im-plugins/im-recorder", "im-example-plugin": "im-plugins/im-example-plugin"}

# What this build has downloaded is at hand for the host's; its own artifacts are not among that, being snapshots.
SETTINGS = """<settings>
  <profiles>
    <profile>
      <id>at-hand</id>
      <repositories><repository>{0}</repository></repositories>
      <pluginRepositories><pluginRepository>{0}</pluginRepository></pluginRepositories>
    </profile>
  </profiles>
  <activeProfiles><activeProfile>at-hand</activeProfile></activeProfiles>
</settings>
"""
AT_HAND = """
        <id>at-hand</id>
        <url>file://{}</url>
        <releases><checksumPolicy>ignore</checksumPolicy></releases>
        <snapshots><enabled>false</enabled></snapshots>
      """


class Failure(Exception):
    """A sentence about what is wrong."""


def parent_pom():
    with open(os.path.join(ROOT, "pom.xml"), encoding="utf-8") as pom:
        return pom.read()


def version_of(name):
    """A version from the parent's properties."""
    return re.search(rf"<version\.{re.escape(name)}>(.*?)</", parent_pom()).group(1)


def version():
    return re.search(r"<artifactId>hongyan-parent</artifactId>\s*<version>(.*?)</version>", parent_pom()).group(1)


def publish():
    """Lays out what "mvn verify" has built as "mvn install" would, but where nobody else looks."""
    places = {"hongyan-parent": ".", "im-plugins": "im-plugins", **MODULES}
    shutil.rmtree(os.path.join(REPOSITORY, *GROUP.split(".")), ignore_errors=True)
    for artifact, folder in places.items():
        target = os.path.join(REPOSITORY, *GROUP.split("."), artifact, version())
        os.makedirs(target)
        shutil.copy(os.path.join(ROOT, folder, "pom.xml"), os.path.join(target, f"{artifact}-{version()}.pom"))
        if artifact in MODULES:
            jar = os.path.join(ROOT, folder, "target", f"{artifact}-{version()}.jar")
            if not os.path.exists(jar):
                raise Failure(f"{os.path.relpath(jar, ROOT)} is missing; build it first: mvn verify")
            shutil.copy(jar, target)


def jar_of(artifact):
    return os.path.join(ROOT, MODULES[artifact], "target", f"{artifact}-{version()}.jar")


def write(text, *path):
    file = os.path.join(*path)
    os.makedirs(os.path.dirname(file), exist_ok=True)
    with open(file, "w", encoding="utf-8") as out:
        out.write(text)
    return file


def maven(folder, *arguments):
    """Runs Maven in a host's project, with a local repository of its own; answers what it has printed."""
    cache = os.path.join(os.path.expanduser("~"), ".m2", "repository")
    settings = write(SETTINGS.format(AT_HAND.format(cache)), TARGET, "settings.xml")
    run = subprocess.run(
        ["mvn", "-B", "-ntp", "-gs", settings, f"-Dmaven.repo.local={REPOSITORY}", *arguments], cwd=folder,
        stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=MAVEN_SECONDS, check=False)
    if run.returncode != 0:
        raise Failure(f"mvn {' '.join(arguments)} failed in {os.path.relpath(folder, ROOT)}:\n{run.stdout}{run.stderr}")
    return run.stdout


def tests_run(folder):
    """How many tests of each class have run in a project."""
    counts = {}
    for report in glob.glob(os.path.join(folder, "target", "surefire-reports", "TEST-*.xml")):
        suite = xml.etree.ElementTree.parse(report).getroot()
        counts[suite.get("name")] = int(suite.get("tests")) - int(suite.get("skipped"))
    return counts
