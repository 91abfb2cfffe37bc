"""Interactive explorers: pictures and numbers that answer to the mouse and to the keyboard."""

from coursekit.widgets.digit_pad import draw_digit
from coursekit.widgets.kernel_explorer import explore_kernel

__all__ = ["draw_digit", "explore_kernel"]
