// Positions in what links open, which this browser keeps since their viewers have no account.

/** Number of links whose positions are kept; the oldest is dropped. */
const REMEMBERED_MAX = 50;

type Positions = Readonly<Record<string, number>>;

/** Parses stored positions; anything malformed counts as none. */
export function readPositions(stored: string | null): Positions {
  try {
    const read: unknown = JSON.parse(stored ?? '{}');
    if (typeof read !== 'object' || read === null || Array.isArray(read)) return {};
    return Object.fromEntries(Object.entries(read).filter(([, ms]) => Number.isFinite(ms) && ms >= 0));
  } catch {
    return {};
  }
}

/** Returns the positions with this one as the newest. */
export function withPosition(positions: Positions, link: string, ms: number): Positions {
  const others = Object.entries(positions).filter(([id]) => id !== link);
  return Object.fromEntries([...others.slice(1 - REMEMBERED_MAX), [link, Math.floor(ms)]]);
}
