"""The restricted kernel: a Python kernel that is confined by Linux itself, and how to talk to one.

    provisioner   what Jupyter calls to start, signal and end a kernel
      zygote        the server's end of ...
      forkserver    ... the process that has imported everything once and forks kernels
        gaps, heap    so that forks share its memory, and snapshots nothing that was freed (pages: at once)
        child         becomes a kernel: leaves the parent behind, locks itself down, splits in two
          policy        profile, folders, machine -> rules; pure (rules_files, rules_calls: its tables)
          confine       puts those rules into force (landlock, seccomp, limits)
          front         trusted: Jupyter's protocol, the signing key, never user code
            execution     protects, runs, keeps or rolls back; budgets: what it may use
            workers       the worker that runs now and the snapshots it can be exchanged for
            supervisor    decides about system calls of the worker that Linux puts before the front
            published     what may be shown, and how much of it (publisher, outputs, svg)
            workspace_files  what a failed attempt did to files is undone, too
          worker        not trusted: runs code, splits off snapshots (worker_shell: ipykernel without sockets)
            namespace     what the variables hold, in few words; changes: which of them changed
            noticed       joins, conversions and plots, which no variable shows (partners, turned_dates)
            audit_events  what code is about to do (refusals, reach, pretended listen)
            keeping       variables that outlive the kernel
    sessions      a conversation's kernel: runs code, survives what the code does
      lifeline      the kernel, whatever becomes of it
      channels      what is said to one process of a kernel, and back (protocol, report)

Nothing heavy is imported here: the server imports `provisioner` before the first kernel.
"""
