// Fair shares of places: each holder may have half of what the others leave free, so none takes the last place.

/**
 * Returns whether a holder with `own` of the taken places may take another, while `free` places are left. `atLeast`: a
 * number that each holder may have as long as a place is free.
 */
export const mayTakeAnother = ({ own, free, atLeast }: { own: number; free: number; atLeast: number }): boolean =>
  free > 0 && own < Math.max(atLeast, Math.floor((free + own) / 2));
