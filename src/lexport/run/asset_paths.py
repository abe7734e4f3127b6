"""`asset_paths`: the assets of an export as its manifest lists them."""

from itertools import count

from lexport.savedmodel import Inventory
from lexport.savedmodel.assets import ASSETS

__all__ = ["asset_paths"]


def asset_paths(inventory: Inventory) -> dict[str, str]:
    """Gives every asset: those that the saved object names, and the others under the names of their files."""
    named = dict(inventory.named_assets)
    for asset in inventory.assets:
        if asset.name not in named.values():
            names = (asset.name if number == 0 else f"{asset.name}_{number}" for number in count())
            named[next(name for name in names if name not in named)] = asset.name
    return {name: f"{ASSETS}/{file}" for name, file in named.items()}
