"""The restricted kernel: a Python kernel that is confined by Linux itself, and how to talk to one.

    provisioner   what Jupyter calls to start, signal and end a kernel
      zygote        the server's end of ...
      forkserver    ... the process that has imported everything once and forks kernels
        child         becomes a kernel: leaves the parent behind, locks itself down, serves
          policy        profile, folders, machine -> rules; pure
          confine       puts those rules into force
    sessions      a conversation's kernel: runs code, survives what the code does
      channels      what is said to one process of a kernel, and back
      outputs, svg  what a kernel may show
      namespace     what a kernel's variables hold; runs inside it
        summaries     ... of each kind of object
        words         ... of objects inside of others
        inspection    ... found out without running the objects' code
      changes       which variables changed between two looks

Nothing heavy is imported here: the server imports `provisioner` before the first kernel.
"""
