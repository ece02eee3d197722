"""Official documents: one tree (``tree``) and its renderers, charts and certificates."""
