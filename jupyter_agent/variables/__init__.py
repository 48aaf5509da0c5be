"""Variables in files: typed, without pickle in either direction, and the same when they come back.

    checkpoint      save a namespace to a folder; load it, or one variable of it
      catalogue       what is in the folder and how to load it, what is not and why
      saving          ... writing it
      loading         ... reading it
      files           ... without leaving the folder, and all of it or nothing
      aside           ... one that could not be brought back, beside the next one
    forms           which values have a file of their own, and which kind of file
      frames          pandas, as Arrow tables
        columns         ... their columns
      arrays          numpy
      arrow_files     Arrow tables
    plain           values of Python, as JSON
      scalars         ... single ones
      zones           ... time zones

The package knows nothing of kernels: who calls it says which variables there are, and where they go. Nothing
heavy is imported before a value needs it.
"""

from __future__ import annotations

from .catalogue import Catalogue, Kept, Lost, Problem
from .checkpoint import Restored, load, read, save

__all__ = ["Catalogue", "Kept", "Lost", "Problem", "Restored", "load", "read", "save"]
