"""Designs of tem: what stands where on a label of a size."""

from labels.drawing import Box, Drawing, Line, Modules, Outline, Picture, Primitive, Text

__all__ = ["Box", "Drawing", "Line", "Modules", "Outline", "Picture", "Primitive", "Text"]
