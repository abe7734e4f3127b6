"""`TableNames`: what users call a table: the vocabulary or the asset file that fills it."""

from collections.abc import Collection, Mapping

from lexport.savedmodel import Inventory, Table

__all__ = ["TableNames"]


class TableNames:
    """Knows the tables of an export by the names of their content.

    A table that is filled from no file goes by the name of its node.

    Args:
        inventory: the export.
        vocabularies: the sha256 of each vocabulary, by name.
        tables: its tables.

    Attributes:
        known: every name that a table has, or that another vocabulary or asset file has.
    """

    def __init__(self, inventory: Inventory, vocabularies: Mapping[str, str], tables: Collection[Table]) -> None:
        self._digests = {asset.name: asset.content.sha256 for asset in inventory.assets if asset.content}
        self._vocabularies = dict(vocabularies)
        self._named = dict(inventory.named_assets)
        named = {*vocabularies, *self._named, *(asset.name for asset in inventory.assets)}
        self.known = frozenset(named.union(*(self.of(table) for table in tables)))

    def of(self, table: Table) -> tuple[str, ...]:
        """Gives the names of one table: those of vocabularies first, then those of files."""
        files = dict.fromkeys(content.asset for content in table.content if content.asset is not None)
        digests = {self._digests[file] for file in files if file in self._digests}
        vocabularies = (name for name, digest in self._vocabularies.items() if digest.lower() in digests)
        named = (name for name, file in self._named.items() if file in files)
        return tuple(dict.fromkeys([*vocabularies, *files, *named])) or (table.places[0].node,)

    def shortest(self, table: Table) -> str:
        """Gives the name by which a table is best called: that of its vocabulary where it has one."""
        return self.of(table)[0]

    def told(self, table: Table) -> str:
        """Says which table it is, and what fills it."""
        content = ", ".join(map(str, table.content)) or "nothing that the graph tells"
        return f"{table}, filled from {content}"
