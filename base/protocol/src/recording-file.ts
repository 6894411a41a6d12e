// `finished.json`: description of a finished recording for players. The files lie beside it, and their names are
// relative to it. A reader of version 1 ignores unknown fields.

/** Folder of a recording in a store with everything that players may get. */
export const FINISHED_FOLDER = 'finished';
/** Description of the other files, written last. */
export const FINISHED_NAME = 'finished.json';
/** Limit of `finished.json`, and of a file of posts; larger files are not read. */
export const FINISHED_BYTES_MAX = 32 * 1_048_576;

/** A smaller difference from the ordered begin or end does not count as missing time: hosts' clocks differ. */
export const MISSING_EDGE_MS_MIN = 1000;

export interface FinishedFile {
  /** Relative to `finished.json`: up to four parts of `[a-z0-9_.-]`. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly type: string;
}

export const outputGroups = ['camera', 'screen', 'composed', 'other'] as const;
export type OutputGroup = (typeof outputGroups)[number];

/** A picture with its sound, or either alone, from `offsetMs` of the recording on. */
export interface FinishedOutput {
  readonly name: string;
  readonly group: OutputGroup;
  /** Participant of the picture or sound; '' when composed. */
  readonly identity: string;
  readonly title: string;
  readonly offsetMs: number;
  readonly durationMs: number;
  readonly hasPicture: boolean;
  readonly hasSound: boolean;
  /** Size of the picture in pixels; 0 without one. */
  readonly width: number;
  readonly height: number;
  readonly mp4: FinishedFile;
  /** Multivariant playlist of the same media. */
  readonly hls: { readonly name: string } | null;
  /** Small pictures: a WebVTT file, in the time of the output, that refers to places in the sheets. */
  readonly sprite: { readonly vtt: string; readonly sheets: readonly string[] } | null;
}

export interface FinishedChapter {
  readonly ms: number;
  readonly durationMs: number;
  readonly kind: 'speaker' | 'screen';
  readonly identity: string;
  readonly title: string;
}

export interface FinishedRecording {
  readonly version: 1;
  readonly recordingId: string;
  readonly room: string;
  readonly startedWallMs: number;
  readonly durationMs: number;
  readonly holes: readonly { readonly ms: number; readonly durationMs: number }[];
  readonly participants: readonly { readonly identity: string; readonly name: string }[];
  readonly outputs: readonly FinishedOutput[];
  readonly chapters: readonly FinishedChapter[];
  readonly captions: readonly { readonly lang: string; readonly name: string }[];
  readonly posts: { readonly name: string } | null;
  readonly files: readonly FinishedFile[];
}

/** Post at its time in the recording; `kind` and `style` as in `Post` of the wire. */
export interface RecordedPost {
  readonly ms: number;
  readonly kind: string;
  readonly name: string;
  readonly text: string;
  readonly style: string;
}

/** Reads a value. Throws a `RangeError` that begins with the path of the fault. */
type Reader<Value> = (value: unknown, path: string) => Value;

const TEXT_MAX = 4096;
const OUTPUTS_MAX = 10_000;
const LINES_MAX = 200_000;
const FILES_MAX = 100_000;
const LANGUAGES_MAX = 100;

const NAME = /^(?=.{1,400}$)[a-z0-9_-][a-z0-9_.-]{0,199}(\/[a-z0-9_-][a-z0-9_.-]{0,199}){0,3}$/;
const SHA256 = /^[0-9a-f]{64}$/;
/** A media type, optionally with a parameter such as `charset=utf-8`. */
const MEDIA_TYPE = /^[a-z]+\/[a-z0-9.+-]{1,100}(; ?[a-z]+=[a-zA-Z0-9."+-]{1,60})?$/;
/** A language tag (BCP 47), limited to characters that are safe in an attribute. */
const LANGUAGE = /^[A-Za-z0-9-]{1,35}$/;

/** Returns whether a file of a finished recording may have this name, which cannot leave its folder. */
export const isFinishedName = (text: string): boolean => NAME.test(text);

const wrong = (path: string, allowed: string): RangeError => new RangeError(`${path}: not ${allowed}`);

const text: Reader<string> = (value, path) => {
  if (typeof value !== 'string' || value.length > TEXT_MAX) throw wrong(path, `a text of at most ${TEXT_MAX}`);
  return value;
};
const textMatching =
  (pattern: RegExp, allowed: string): Reader<string> =>
  (value, path) => {
    if (!pattern.test(text(value, path))) throw wrong(path, allowed);
    return value as string;
  };
const oneOf =
  <Value extends string>(...values: readonly Value[]): Reader<Value> =>
  (value, path) => {
    if (!values.includes(value as Value)) throw wrong(path, `one of ${values.join(', ')}`);
    return value as Value;
  };
const amount: Reader<number> = (value, path) => {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw wrong(path, 'a number from 0');
  return value;
};
const flag: Reader<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw wrong(path, 'true or false');
  return value;
};
const listOf =
  <Value>(read: Reader<Value>, max: number): Reader<readonly Value[]> =>
  (value, path) => {
    if (!Array.isArray(value) || value.length > max) throw wrong(path, `a list of at most ${max}`);
    return value.map((one, at) => read(one, `${path}[${at}]`));
  };
const nullOr =
  <Value>(read: Reader<Value>): Reader<Value | null> =>
  (value, path) =>
    value === null ? null : read(value, path);
const objectOf =
  <Value extends object>(fields: { readonly [Key in keyof Value]: Reader<Value[Key]> }): Reader<Value> =>
  (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(path, 'an object');
    const readFields: Partial<Value> = {};
    for (const key of Object.keys(fields) as (keyof Value & string)[])
      readFields[key] = fields[key](
        (value as Readonly<Record<string, unknown>>)[key],
        path === '' ? key : `${path}.${key}`,
      );
    return readFields as Value;
  };

const name = textMatching(NAME, 'the name of a file');
const file = objectOf<FinishedFile>({
  name,
  bytes: amount,
  sha256: textMatching(SHA256, 'a SHA-256 in hexadecimal'),
  type: textMatching(MEDIA_TYPE, 'a media type'),
});
const named = objectOf<{ readonly name: string }>({ name });
const version: Reader<1> = (value, path) => {
  if (value !== 1) throw wrong(path, '1');
  return value;
};

const recording = objectOf<FinishedRecording>({
  version,
  recordingId: text,
  room: text,
  startedWallMs: amount,
  durationMs: amount,
  holes: listOf(objectOf({ ms: amount, durationMs: amount }), LINES_MAX),
  participants: listOf(objectOf({ identity: text, name: text }), LINES_MAX),
  outputs: listOf(
    objectOf<FinishedOutput>({
      name: text,
      group: oneOf(...outputGroups),
      identity: text,
      title: text,
      offsetMs: amount,
      durationMs: amount,
      hasPicture: flag,
      hasSound: flag,
      width: amount,
      height: amount,
      mp4: file,
      hls: nullOr(named),
      sprite: nullOr(objectOf({ vtt: name, sheets: listOf(name, OUTPUTS_MAX) })),
    }),
    OUTPUTS_MAX,
  ),
  chapters: listOf(
    objectOf<FinishedChapter>({
      ms: amount,
      durationMs: amount,
      kind: oneOf('speaker', 'screen'),
      identity: text,
      title: text,
    }),
    LINES_MAX,
  ),
  captions: listOf(objectOf({ lang: textMatching(LANGUAGE, 'a language'), name }), LANGUAGES_MAX),
  posts: nullOr(named),
  files: listOf(file, FILES_MAX),
});

const posts = listOf(objectOf<RecordedPost>({ ms: amount, kind: text, name: text, text, style: text }), LINES_MAX);

/** Reads the parsed `finished.json` of version 1, without unknown fields. Throws a `RangeError` like `Reader`. */
export const readFinishedRecording = (json: unknown): FinishedRecording => recording(json, '');

/** Reads a parsed file of posts, sorted by time. Throws like `readFinishedRecording`. */
export const readRecordedPosts = (json: unknown): readonly RecordedPost[] =>
  posts(json, 'posts').toSorted((a, b) => a.ms - b.ms);
