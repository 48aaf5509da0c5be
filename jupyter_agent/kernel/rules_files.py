"""Tables for the policy: which files are there to be read, written and executed, and with which rights."""

from __future__ import annotations

from .landlock import Access

READ = Access.READ_FILE | Access.READ_DIR
WRITE = (
    READ
    | Access.WRITE_FILE
    | Access.TRUNCATE
    | Access.MAKE_REG
    | Access.MAKE_DIR
    | Access.REMOVE_FILE
    | Access.REMOVE_DIR
    | Access.REFER
)
"""No links, pipes or sockets: the server, which is not restricted, might open what the code left there."""
DEVICE = Access.READ_FILE | Access.WRITE_FILE
SHARE = Access.READ_FILE | Access.WRITE_FILE | Access.TRUNCATE | Access.MAKE_REG | Access.REMOVE_FILE
"""In a folder that all programs share: whoever knows a name may use it, but nobody can look for names."""

# Of a prefix only these: beside them may stand configuration, projects, other people's environments.
_PREFIX_PARTS = ("bin", "include", "lib", "lib32", "lib64", "libexec", "pyvenv.cfg", "sbin", "share", "ssl")
_SYSTEM_PREFIXES = ("/usr", "/usr/local")
_SYSTEM_CODE = ("/bin", "/lib", "/lib32", "/lib64", "/sbin")

# Not passwd and group: they are what a program that looks around reads first. HOME and USER are set instead.
SYSTEM_FILES = """
    /etc/ld.so.cache /etc/ld.so.conf /etc/ld.so.conf.d /etc/localtime /etc/timezone /etc/mime.types /etc/fonts
    /etc/nsswitch.conf /etc/hosts /etc/os-release /etc/ssl/certs /etc/ssl/openssl.cnf /etc/alternatives
    /etc/host.conf /etc/locale.alias /etc/matplotlibrc
    /sys/devices/system /sys/kernel/mm/transparent_hugepage
"""
MACHINE_FILES = """
    /proc/cpuinfo /proc/filesystems /proc/loadavg /proc/meminfo /proc/stat /proc/uptime /proc/version
    /proc/vmstat /proc/sys/kernel/ngroups_max /proc/sys/kernel/osrelease /proc/sys/kernel/pid_max
    /proc/sys/kernel/random /proc/sys/vm/max_map_count /proc/sys/vm/overcommit_memory
    /sys/fs/cgroup/cgroup.controllers /sys/fs/cgroup/cpu.max /sys/fs/cgroup/cpuset.cpus.effective
    /sys/fs/cgroup/memory.high /sys/fs/cgroup/memory.max
    /sys/fs/cgroup/cpu/cpu.cfs_period_us /sys/fs/cgroup/cpu/cpu.cfs_quota_us
    /sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us /sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us
    /sys/fs/cgroup/memory/memory.limit_in_bytes
"""
"""What describes the machine but no process: of the groups of processes only what each of them may use."""
PROCESSES = "/proc"
GROUPS_OF_PROCESSES = "/sys/fs/cgroup"
"""Beside what a group may use stands which processes are in it. DuckDB fails where it can read of which group
it is, and not what that group may use."""
SHARED_MEMORY = "/dev/shm"  # noqa: S108 - named to be granted, not written to
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


def code_parts(prefixes: tuple[str, ...]) -> tuple[str, ...]:
    """Where programs and libraries are: the system's, and those of a Python installation."""
    every = dict.fromkeys((*_SYSTEM_PREFIXES, *prefixes))
    return (*_SYSTEM_CODE, *(f"{prefix}/{part}" for prefix in every for part in _PREFIX_PARTS))
