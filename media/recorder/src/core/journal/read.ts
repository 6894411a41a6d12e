// Parses a journal, which may be cut at any byte, and may have lines and fields of a later build.
import { recordingLayouts } from '@meridian/protocol';
import { JournalError } from './errors.ts';
import { JOURNAL_VERSION, type JournalLine, type StintBegun } from './lines.ts';
import { LINE_LENGTH_MAX } from './write.ts';

/** Bound of a journal's lines: a room of 100 tracks for five hours. Beyond it a recorder begins another stint. */
export const JOURNAL_LINES_MAX = 2_000_000;

const LINE_BYTES_MAX = 3 * LINE_LENGTH_MAX;
const NEWLINE = 0x0a;

/** Parses a journal as it comes. Skips unknown and garbled lines: each line is self-contained. */
export class JournalReader {
  #rest: Uint8Array = new Uint8Array();
  #number = 0;
  #garbled = 0;
  /** Bytes of all lines except a garbled last line. */
  #wholeBytes = 0;
  #garbledBytes = 0;

  /** Number of terminated lines, whatever they contain. */
  get lines(): number {
    return this.#number;
  }
  get isCut(): boolean {
    return this.#rest.length > 0 || this.#garbledBytes > 0;
  }
  /** Number of garbled lines, except a last line that was not written whole. */
  get garbled(): number {
    return this.#garbledBytes > 0 ? this.#garbled - 1 : this.#garbled;
  }
  /** Offset of the end of the last line that was written whole. */
  get wholeBytes(): number {
    return this.#wholeBytes;
  }

  /**
   * Passes each whole line with its length to `take`. Throws JournalError: JOURNAL_GARBLED when the first line is no
   * `stint`; JOURNAL_VERSION; JOURNAL_TOO_LARGE.
   */
  push(bytes: Uint8Array, take: (line: JournalLine, bytes: number) => void): void {
    const all = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes]);
    let at = 0;
    for (let end = all.indexOf(NEWLINE); end >= 0; end = all.indexOf(NEWLINE, at)) {
      this.#line(all.toString('utf8', at, end), end + 1 - at, take);
      at = end + 1;
    }
    // The copy frees the larger buffer.
    this.#rest = Uint8Array.from(all.subarray(at));
    if (this.#rest.length > LINE_BYTES_MAX) throw this.#tooLarge();
  }

  #line(text: string, bytes: number, take: (line: JournalLine, bytes: number) => void): void {
    // A garbled first line is allowed only as the last line.
    if (this.#number === 1 && this.#garbled === 1)
      throw new JournalError('JOURNAL_GARBLED', 'the first line is garbled');
    this.#number += 1;
    if (this.#number > JOURNAL_LINES_MAX || text.length > LINE_LENGTH_MAX) throw this.#tooLarge();
    const line = lineOf(text);
    const isFirst = this.#number === 1;
    const isValid = line === 'unknown' ? !isFirst : line !== undefined && (line.type === 'stint') === isFirst;
    if (!isValid) {
      this.#garbled += 1;
      this.#wholeBytes += this.#garbledBytes;
      this.#garbledBytes = bytes;
      return;
    }
    this.#wholeBytes += this.#garbledBytes + bytes;
    this.#garbledBytes = 0;
    if (typeof line === 'object') take(line, bytes);
  }

  #tooLarge(): JournalError {
    return new JournalError('JOURNAL_TOO_LARGE', `line ${this.#number} is too long, or one too many`);
  }
}

type Check = (value: unknown) => boolean;
type Line<T extends JournalLine['type']> = Extract<JournalLine, { readonly type: T }>;
/** Checks of all fields by line type; the type makes them complete. */
type Checks = {
  readonly [T in JournalLine['type']]: { readonly [F in keyof Required<Omit<Line<T>, 'type'>>]: Check };
};

const text: Check = (value) => typeof value === 'string';
const whole: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
/** Numbers of tracks and files begin at 1. */
const number: Check = (value) => whole(value) && value !== 0;
const side: Check = (value) => value === undefined || (number(value) && Number(value) <= 0xffff);
const time: Check = (value) => Number.isFinite(value) && Number(value) >= 0;
const sha256: Check = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const flag: Check = (value) => typeof value === 'boolean';
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && words.includes(value);

const optionalText: Check = (value) => value === undefined || text(value);
const texts: Check = (value) => Array.isArray(value) && value.every(text);

function isParticipant(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { identity, name, isMuted, speakingSinceMs, camera, screen, sounds } = value as Record<string, unknown>;
  const isTimed = speakingSinceMs === undefined || Number.isFinite(speakingSinceMs);
  const isNamed = text(identity) && text(name) && flag(isMuted);
  return isNamed && isTimed && optionalText(camera) && optionalText(screen) && texts(sounds);
}

const mute = { track: number, ms: time } as const;

const checks: Checks = {
  stint: {
    version: (value) => value === JOURNAL_VERSION,
    recordingId: text,
    roomKey: text,
    identity: text,
    stintId: text,
    recorderId: text,
    startedWallMs: time,
    later: (value) => value === undefined || flag(value),
    composedOf: optionalText,
  },
  track: {
    track: number,
    trackId: text,
    kind: oneOf('audio', 'video'),
    source: text,
    identity: text,
    name: text,
    participantName: optionalText,
    ms: time,
  },
  file: {
    track: number,
    file: number,
    name: text,
    codec: oneOf('h264', 'vp8', 'vp9', 'av1', 'opus', 'aac'),
    codecs: text,
    width: side,
    height: side,
    timescale: number,
    bytes: whole,
    sha256,
    ms: time,
    run: (value) => value === undefined || whole(value),
  },
  piece: {
    file: number,
    offset: whole,
    bytes: whole,
    sha256,
    ms: time,
    durationMs: time,
    frames: number,
    isKey: flag,
    rtpTimestamp: whole,
    laterMs: (value) => value === undefined || Number.isFinite(value),
  },
  fileEnd: { file: number, bytes: whole, sha256 },
  fileRefused: { file: number, code: text },
  muted: mute,
  unmuted: mute,
  gap: { track: number, ms: time, durationMs: time, why: oneOf('disk', 'error') },
  trackEnd: { track: number, ms: time },
  speaker: { identity: text, ms: time },
  post: { postId: text, kind: text, identity: text, name: text, text, style: text, pictureMs: time, ms: time },
  scene: {
    ms: time,
    gone: texts,
    shown: (value) => Array.isArray(value) && value.every(isParticipant),
    layout: (value) => value === undefined || oneOf(...recordingLayouts)(value),
  },
  postRemoved: { postId: text, ms: time },
  end: { why: oneOf('ended', 'elsewhere', 'lost'), ms: time },
};

function lineOf(json: string): JournalLine | 'unknown' | undefined {
  const fields = objectOf(json);
  const type = fields?.['type'];
  if (fields === undefined || typeof type !== 'string') return undefined;
  if (!isKnown(type)) return 'unknown';
  if (type === 'stint') refuseOtherVersions(fields['version']);
  const line: Record<string, unknown> = { type };
  for (const [name, check] of Object.entries(checks[type])) {
    const value = fields[name];
    if (!check(value)) return undefined;
    if (value !== undefined) line[name] = value;
  }
  return line as unknown as JournalLine; // Each field has been checked.
}

function objectOf(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const isKnown = (type: string): type is JournalLine['type'] => Object.hasOwn(checks, type);

function refuseOtherVersions(version: unknown): void {
  if (!Number.isInteger(version)) return; // The line is garbled.
  const known: StintBegun['version'] = JOURNAL_VERSION;
  if (version !== known) throw new JournalError('JOURNAL_VERSION', `a journal of version ${version}`);
}
