"""Attacks from inside restricted kernels, in both profiles and on simulated versions of Landlock.

Each says who stops it, and what the code gets shows that. Each that can be is also tried in a plain kernel,
where it must succeed: an attack that fails everywhere shows nothing. Run as an ordinary user.

On the machine's own version of Landlock all attacks are tried, on the older ones those that are stopped by
somebody else there, and a sample of the others, which `JUPYTER_AGENT_ATTACKS=<what the last line of the run
says>` draws again; `JUPYTER_AGENT_ATTACKS=all` tries all.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kernel.attacks import ATTACKS, Attack
from tests.kernel.attacks.attack import PROFILE_NAMES, ProfileName
from tests.kernel.blocking import REAL, Kernel, Kernels, fork_server, workspace_in
from tests.kernel.conftest import SAMPLE
from tests.kernel.victims import Victims

OLDER = tuple(version for version in (1, 3, 4, 6) if version < REAL)
SAMPLE_SIZE = 12


@pytest.fixture(scope="module")
def victims(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victims]:
    with Victims(tmp_path_factory.mktemp("v")) as victims:
        yield victims


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory, victims: Victims) -> Iterator[Kernels]:
    workspace = workspace_in(tmp_path_factory.mktemp("conversation"), victims.attachments)
    (workspace.folder / "sales.csv").symlink_to(victims.attachments / "sales.csv")
    kernels = Kernels(workspace)
    yield kernels
    kernels.close()


def aimed(code: str, victims: Victims, started: Kernels, own: Kernel) -> str:
    """The code with the victims' names put in."""
    names = dict(victims.names())
    if re.search(r"\{(neighbour|zygote|front|own|plain_port)", code):
        neighbour = started.restricted(one=1)
        names |= {
            "neighbour": str(neighbour.folder),
            "neighbour_connection": str(neighbour.manager.connection_file),
            "neighbour_process": str(neighbour.process),
            "zygote": str(fork_server()),
            "front": str(own.process),
            "own": str(own.folder),
            "plain_port": str(started.plain().manager.shell_port),
        }
    for name, value in names.items():
        code = code.replace(f"{{{name}}}", value)
    return code


def combinations() -> Iterator[tuple[ProfileName, int, Attack]]:
    for profile in PROFILE_NAMES:
        attacks = [attack for attack in ATTACKS if attack.only in (None, profile)]
        yield from ((profile, REAL, attack) for attack in attacks)
        for landlock in OLDER:
            drawn = random.Random(f"{SAMPLE} {profile} {landlock}").sample(attacks, SAMPLE_SIZE)
            for attack in attacks:
                differs = attack.stopped_by(profile, landlock) != attack.stopped_by(profile, REAL)
                if SAMPLE == "all" or differs or attack in drawn:
                    yield profile, landlock, attack


def test_the_tests_run_as_an_ordinary_user() -> None:
    assert os.geteuid() != 0, "root may do what these attacks try: run the tests as an ordinary user"
    assert "CapEff:\t0000000000000000" in Path("/proc/self/status").read_text()


@pytest.mark.parametrize(
    ("profile", "landlock", "attack"),
    [
        pytest.param(*combination, id=f"{combination[0]}-landlock{combination[1]}-{combination[2].name}")
        for combination in combinations()
    ],
)
def test_an_attack(
    profile: ProfileName, landlock: int, attack: Attack, started: Kernels, victims: Victims
) -> None:
    kernel = started.restricted(profile, landlock)
    ran = kernel.run(aimed(attack.code, victims, started, kernel))
    by = attack.stopped_by(profile, landlock)
    if by == "allowed":
        assert ran.raised == ""
    else:
        assert re.search(by.shows, ran.raised), f"{by.wall} was to stop it, and the code got: {ran.raised}"
        # Files are not the supervisor's: what is said of their paths follows from the error.
        told = [kind for kind in ran.blocks if kind != "path"]
        assert bool(told) == (by.wall == "supervisor"), f"it was said to be blocked: {told}"
    if attack.effect:
        # What it did not do would take this long.
        time.sleep(0.05)
    if harm := victims.harm():
        victims.repair()
    assert not harm
    assert kernel.manager.is_alive(), "the kernel itself goes on"


@pytest.mark.parametrize(
    "attack", [attack for attack in ATTACKS if attack.plain], ids=lambda attack: attack.name
)
def test_it_succeeds_in_a_plain_kernel(attack: Attack, started: Kernels, victims: Victims) -> None:
    kernel = started.plain()
    assert kernel.raised(aimed(attack.code, victims, started, kernel)) == ""
    deadline = time.monotonic() + 10
    while attack.effect and not victims.harm() and time.monotonic() < deadline:
        time.sleep(0.01)
    if harm := victims.harm():
        victims.repair()
    assert harm or not attack.effect
