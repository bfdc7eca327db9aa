"""Columns of the trials of a recording: that of the class, and that of the group."""

from collections.abc import Sequence
from dataclasses import dataclass

from spikingfa.base.errors import DataError

#: Names by which a class is known among several columns.
LABELS = ("label", "labels")


@dataclass(frozen=True)
class Columns:
    """The columns that are wanted.

    Attributes
    ----------
    label : str or None
        Column of the class; by default ``label``, ``labels``, or the only one that there is.
    groups : str or None
        Column of the group, if there is one.
    labels_needed, groups_needed : bool
        Whether they have to be there.
    """

    label: str | None = None
    groups: str | None = None
    labels_needed: bool = True
    groups_needed: bool = False

    def among(self, names: Sequence[str], path: str, has: str = "has") -> dict[str, str]:
        """The column of ``labels`` and that of ``groups``, of those that are there and wanted.

        `has` begins the end of an error, which lists the names.

        Raises
        ------
        DataError
            There is no such column, or it is not known which one is the class.
        """
        chosen = {}
        if self.groups in names:
            chosen["groups"] = self.groups
        elif self.groups_needed:
            raise _missing("task.groups", self.groups, names, path, has)
        if (label := self._label(names, path, has)) is not None:
            chosen["labels"] = label
        return chosen

    def _label(self, names: Sequence[str], path: str, has: str) -> str | None:
        others = [name for name in names if name != self.groups]
        if self.label is not None:
            if self.label in others:
                return self.label
            if self.labels_needed:
                raise _missing("task.label", self.label, others, path, has)
            return None
        usual = [name for name in LABELS if name in others] or others
        if len(usual) == 1:
            return usual[0]
        if self.labels_needed:
            there = ", ".join(others) or "no columns of their own"
            raise DataError(f"{path}: task.label needs the column with the class, {has} {there}")
        return None


def _missing(key: str, name: str | None, names: Sequence[str], path: str, has: str) -> DataError:
    there = ", ".join(names) or "no columns of their own"
    return DataError(f"{path}: {key} = {name!r} is no column, {has} {there}")
