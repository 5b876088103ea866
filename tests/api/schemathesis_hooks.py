"""What schemathesis cannot know by itself: what a name is (app/runs/names.py)."""

import schemathesis
from hypothesis import strategies as st

VISIBLE = st.characters(categories=["L", "N", "P", "S"])

schemathesis.openapi.format("name", st.text(VISIBLE, min_size=1, max_size=40))
