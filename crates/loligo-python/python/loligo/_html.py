"""Pictures for notebooks."""

from __future__ import annotations

import base64
import html


def page(text: str, pictures: list[str]) -> str:
    """HTML of a text and of SVG pictures, each as an image of its own."""
    parts = [f"<pre>{html.escape(text)}</pre>"]
    for picture in pictures:
        encoded = base64.b64encode(picture.encode()).decode()
        parts.append(f'<img style="max-width: 100%" src="data:image/svg+xml;base64,{encoded}"/>')
    return "<div>" + "".join(parts) + "</div>"
