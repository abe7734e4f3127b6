"""Pictures of vocabularies: how frequent terms are by their rank, and how much of the data the first of them cover.

- `curves.py`: `Curves`, from the counts of millions of terms to some hundred points.
- `panel.py`: `Panel`, the curves of a vocabulary and where it was cut.
- `draw_panels.py`: `draw_panels`, an SVG or PNG file. It takes matplotlib, the extra `lexport[plot]`.
"""

from lexport.corpus.plots.curves import Curves
from lexport.corpus.plots.draw_panels import check_plot, draw_panels
from lexport.corpus.plots.panel import Panel

__all__ = ["Curves", "Panel", "check_plot", "draw_panels"]
