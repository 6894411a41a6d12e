// Places a popover above its button and inside the window, in CSS pixels.

const GAP = 10; // to the button
const MARGIN = 8; // to the edges of the window

export interface PopoverBox {
  left: number;
  bottom: number;
  maxHeight: number;
}

export function popoverBox(o: {
  button: { left: number; top: number; width: number };
  width: number;
  window: { width: number; height: number };
}): PopoverBox {
  const { button, width, window } = o;
  const wanted = button.left + button.width / 2 - width / 2;
  return {
    left: Math.max(MARGIN, Math.min(wanted, window.width - width - MARGIN)),
    bottom: window.height - button.top + GAP,
    maxHeight: Math.max(0, button.top - GAP - MARGIN),
  };
}
