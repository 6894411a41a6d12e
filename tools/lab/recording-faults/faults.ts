// What fails while a room is recorded, and what may be missing afterwards.
import { InvalidArgumentError } from 'commander';

/** Who publishes: an encoder by RTMP, Chromium by WHIP, or Chromium whose datagrams are lost by 30 % from then on. */
export type SourceKind = 'rtmp' | 'browser' | 'lossy';

interface About {
  readonly source: SourceKind;
  /** Nothing may be missing. */
  readonly isPlanned: boolean;
  /** It takes so long by itself: what is missing may last so much longer. */
  readonly lastsMs: number;
}

const usual: About = { source: 'rtmp', isPlanned: false, lastsMs: 0 };
const planned: About = { source: 'rtmp', isPlanned: true, lastsMs: 0 };

export const about = {
  none: planned,
  recorder: usual,
  media: usual,
  owner: usual,
  move: planned,
  drain: planned,
  /** The server with the bucket is killed, and comes back. */
  store: planned,
  /** The disk of the spool has no byte left, then it has. */
  disk: { source: 'rtmp', isPlanned: false, lastsMs: 4000 },
  loss: { source: 'lossy', isPlanned: false, lastsMs: 0 },
  /** Nothing fails, and Chromium publishes: it begins small, so a hole is no fault of a recorder. */
  browser: { source: 'browser', isPlanned: false, lastsMs: 0 },
} as const satisfies Record<string, About>;

export type Fault = keyof typeof about;
export const faults = Object.keys(about) as Fault[];

/** Option parser of commander. */
export function faultsOption(text: string): Fault[] {
  return text.split(',').map((name) => {
    const found = faults.find((one) => one === name);
    if (found === undefined) throw new InvalidArgumentError(`"${name}" is none of ${faults.join(', ')}`);
    return found;
  });
}
