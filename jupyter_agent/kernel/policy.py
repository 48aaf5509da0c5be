"""The policy: from a profile, the folders and the machine to the rules that Linux enforces. Pure.

Nothing here looks at the machine or changes anything: the same arguments give the same rules, and the tests
compare whole results. `confine` puts them into force.

Every version of Landlock's interface gives the same guarantees, each from where it can be had:

    files                        Landlock 1
    moving between folders       Landlock 2; before that, Landlock refuses every such move
    emptying what may be read    Landlock 3; before that seccomp: no truncate(), no O_TRUNC without writing
    TCP                          Landlock 4 for the front; the worker has no socket() at all, on any version
    requests to devices          Landlock 5; before that, the five devices granted have none that matter
    signals                      Landlock 6; before that the front decides about each (`supervisor`)
    abstract sockets             Landlock 6 for the front; the worker has no socket() at all
    processes and programs       seccomp, and the front, which lets a fork through for a snapshot
    how many tasks               the front, which is asked for each (`tasks`); where processes are allowed,
                                 a limit of Linux, which counts all tasks of the user
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from jupyter_agent.errors import KernelRefused

from . import landlock, rules_calls, rules_files
from .landlock import SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS, TCP_BIND_AND_CONNECT, Access
from .limits import Limits, Usage, front_limits, worker_limits
from .rules_files import DEVICE, READ, SHARE, WRITE
from .seccomp import Program, assemble
from .syscalls import Architecture

CHOICES = (
    "Use JupyterLab on Linux 5.13 or newer with Landlock, run the kernel in a container or behind a kernel "
    "gateway, or choose an unrestricted kernel on purpose, with all your rights: set the traits "
    "JupyterAgent.kernel_name to python3 and JupyterAgent.allow_unrestricted_kernel to True."
)
"""What a person can do where the restrictions cannot be enforced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What kind of work a kernel is for. No profile has a network."""

    name: str
    may_fork: bool
    """Any process may start others. Where it is false, only snapshots are forked, when the front asks."""
    may_execute: bool
    """Programs of the system and of the Python installation may be run, and what these can run themselves."""
    shared_memory: bool
    """Files in /dev/shm can be used by whoever knows their names; they cannot be listed."""
    sees_processes: bool
    """All of /proc is readable: which processes there are, and their command lines. So are their groups."""


STRICT = Profile(name="strict", may_fork=False, may_execute=False, shared_memory=False, sees_processes=False)
PARALLEL = Profile(name="parallel", may_fork=True, may_execute=True, shared_memory=True, sees_processes=True)
PROFILES: Mapping[str, Profile] = {profile.name: profile for profile in (STRICT, PARALLEL)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Absolute paths, without symbolic links."""

    workspace: str
    """Where the code works; it may write there."""
    home: str
    """Its own, private and passing."""
    temporary: str
    """Its own too."""
    sockets: str
    """Where Jupyter's channels are bound; the code cannot even list it."""
    backups: str
    """The front's own: copies of files in the workspace. The code cannot see it."""
    variables: str | None = None
    """Where its variables outlive it, if they do; it may write there."""
    code: tuple[str, ...]
    """Prefixes of the Python installation: `sys.prefix` and `sys.base_prefix`."""
    readable: tuple[str, ...] = ()
    """What it may read besides: packages of the user, the attachments, data folders from the settings."""

    @property
    def writable(self) -> tuple[str, ...]:
        """Where the code may write."""
        own = (self.workspace, self.home, self.temporary)
        return own if self.variables is None else (*own, self.variables)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What Linux can enforce here."""

    architecture: Architecture
    landlock: int
    """The version of its interface."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """For one process, in the order in which they come into force."""

    resources: Mapping[str, int]
    files: landlock.Ruleset
    calls: Program
    """For a process with one thread."""
    serving: Program | None
    """For all its threads, once its sockets are bound. None: it has none, and `calls` says it all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The front's file rules come into force before the worker is forked, so they hold for both."""

    front: Rules
    worker: Rules


def policy(*, profile: Profile, folders: Folders, limits: Limits, machine: Machine, usage: Usage) -> Policy:
    """The rules for a kernel's two processes.

    Raises:
        KernelRefused: this machine cannot enforce them.
    """
    if machine.landlock < 1:
        raise KernelRefused(
            "The restricted kernel was not started: this system does not offer Landlock, which keeps code "
            "away from your files.",
            CHOICES,
        )
    for part in rules_files.code_parts(folders.code):
        if PurePosixPath(folders.workspace).is_relative_to(part):
            raise KernelRefused(
                f"The restricted kernel was not started: its folder {folders.workspace} lies in {part}, "
                "which every kernel may read.",
                "Keep Jupyter's data outside of the Python installation.",
            )
    worker_calls = rules_calls.for_worker(
        may_fork=profile.may_fork, may_execute=profile.may_execute, landlock=machine.landlock
    )
    worker_grants = _worker_grants(profile, folders)
    return Policy(
        front=Rules(
            resources=front_limits(limits),
            files=_ruleset(worker_grants + _front_grants(profile, folders), machine),
            calls=assemble(rules_calls.for_front(landlock=machine.landlock), machine.architecture),
            serving=assemble(rules_calls.FRONT_SERVING, machine.architecture),
        ),
        worker=Rules(
            resources=worker_limits(limits, usage, count_tasks=profile.may_fork),
            files=_ruleset(worker_grants, machine),
            calls=assemble(worker_calls, machine.architecture),
            serving=None,
        ),
    )


_Grants = list[tuple[str, Access]]


def _ruleset(grants: _Grants, machine: Machine) -> landlock.Ruleset:
    return landlock.Ruleset(
        handled=landlock.handled_by(machine.landlock),
        network=TCP_BIND_AND_CONNECT,
        scope=SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS,
        rules=tuple(landlock.Rule(path=path, access=access) for path, access in grants),
    )


def _worker_grants(profile: Profile, folders: Folders) -> _Grants:
    code = READ | Access.EXECUTE if profile.may_execute else READ
    seen = (
        (rules_files.PROCESSES, rules_files.GROUPS_OF_PROCESSES)
        if profile.sees_processes
        else rules_files.MACHINE_FILES.split()
    )
    grants = [(path, code) for path in rules_files.code_parts(folders.code)]
    grants += [(path, READ) for path in (*rules_files.SYSTEM_FILES.split(), *seen)]
    grants += [(path, DEVICE) for path in rules_files.DEVICES]
    if profile.shared_memory:
        grants += [(rules_files.SHARED_MEMORY, SHARE)]
    grants += [(path, READ) for path in folders.readable]
    grants += [(path, WRITE) for path in folders.writable]
    return grants


def _front_grants(profile: Profile, folders: Folders) -> _Grants:
    """What only the front may do: look at its worker's processes, bind sockets, keep copies of files."""
    grants: _Grants = [
        (rules_files.PROCESSES, READ),
        (folders.sockets, Access.MAKE_SOCK),
        (folders.backups, WRITE | Access.MAKE_SYM),
        # A link to an attachment that code removed is put back, too.
        (folders.workspace, WRITE | Access.MAKE_SYM),
    ]
    if profile.shared_memory:
        # It measures what lies there.
        grants += [(rules_files.SHARED_MEMORY, Access.READ_DIR)]
    return grants
