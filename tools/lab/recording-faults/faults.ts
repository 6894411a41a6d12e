// What fails while a room is recorded, and what may be missing afterwards.
import { InvalidArgumentError } from 'commander';

/**
 * The publisher: an encoder by RTMP, Chromium by the SDK, which alone can be moved, Chromium by WHIP, or Chromium whose
 * datagrams are lost by 30 % from then on.
 */
export type SourceKind = 'rtmp' | 'sdk' | 'browser' | 'lossy';
/** What is recorded: tracks, one composed picture, or a web page. */
export type Mode = 'tracks' | 'composed' | 'page';

interface About {
  readonly source: SourceKind;
  readonly mode: Mode;
  /** Nothing may be missing. */
  readonly isPlanned: boolean;
  /** It takes so long by itself: what is missing may last so much longer. */
  readonly lastsMs: number;
}

const usual: About = { source: 'rtmp', mode: 'tracks', isPlanned: false, lastsMs: 0 };
const planned: About = Object.assign({}, usual, { isPlanned: true });

/** In the order in which they come; the first ones come twice in twenty recordings. */
export const about = {
  recorder: usual,
  /** The ffmpeg that encodes, or decodes, for a composed recording. */
  ffmpeg: Object.assign({}, usual, { mode: 'composed' }),
  media: usual,
  /** The server with the bucket is killed, and comes back. */
  store: planned,
  loss: Object.assign({}, usual, { source: 'lossy' }),
  /** The disk of the spool has no byte left, then it has. */
  disk: Object.assign({}, usual, { lastsMs: 4000 }),
  /** The media node is drained, so all of the room moves, and then its owner is stopped. */
  room: Object.assign({}, planned, { source: 'sdk' }),
  move: Object.assign({}, planned, { source: 'sdk' }),
  drain: planned,
  owner: usual,
  /** Nothing fails, and Chromium publishes: it begins small, so a hole is no fault of a recorder. */
  browser: Object.assign({}, usual, { source: 'browser' }),
  none: planned,
} as const satisfies Record<string, About>;

export type Fault = keyof typeof about;
export const faults = Object.keys(about) as Fault[];

const modes: readonly Mode[] = ['tracks', 'composed', 'page'];

/** Option parsers of commander. */
export const faultsOption = (text: string): Fault[] => someOf(faults, text);
export const modesOption = (text: string): Mode[] => someOf(modes, text);

function someOf<T extends string>(all: readonly T[], text: string): T[] {
  return text.split(',').map((name) => {
    const found = all.find((one) => one === name);
    if (found === undefined) throw new InvalidArgumentError(`"${name}" is none of ${all.join(', ')}`);
    return found;
  });
}
