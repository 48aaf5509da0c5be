"""Every text that a model reads: templates, worked examples and advice, and how they are rendered."""

from .library import (
    Advice,
    Example,
    Sample,
    advice,
    analyst_examples,
    check_texts,
    endings,
    python_tool,
    router_examples,
    silent_error_texts,
)
from .render import clip, clip_tokens, left_out, output_text, render, summary

__all__ = [
    "Advice",
    "Example",
    "Sample",
    "advice",
    "analyst_examples",
    "check_texts",
    "clip",
    "clip_tokens",
    "endings",
    "left_out",
    "output_text",
    "python_tool",
    "render",
    "router_examples",
    "silent_error_texts",
    "summary",
]
