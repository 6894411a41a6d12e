// Messages of one connection that are dropped, because they are not understood, or come early, late or twice.

/** Kinds of dropped messages, which are labels of a metric, with their names in texts for people. */
export const dropKinds = {
  messageType: 'messages of an unknown type',
  control: 'control messages without their value',
  command: 'unreadable commands',
  commandOrder: 'commands that do not fit the state of the connection',
  stream: 'messages on a stream that publishes nothing',
  data: 'data other than onMetaData',
  metadata: 'unreadable data',
  aggregate: 'unreadable parts of aggregates',
  earlyPicture: 'pictures before their AVC config',
  earlySound: 'AAC frames before their config',
  picture: 'unreadable pictures',
  sound: 'unreadable sound',
  track: 'further tracks',
} as const;

export type DropKind = keyof typeof dropKinds;

export class Drops {
  readonly #onDrop: (kind: DropKind) => void;
  readonly #counts = new Map<DropKind, number>();

  /** `onDrop` is called for each dropped message. */
  constructor(onDrop: (kind: DropKind) => void = () => undefined) {
    this.#onDrop = onDrop;
  }

  get kinds(): readonly DropKind[] {
    return [...this.#counts.keys()];
  }

  /** Names the kinds with their counts, the most frequent first; `''` without drops. */
  get text(): string {
    const counts = [...this.#counts].sort(([, one], [, other]) => other - one);
    return counts.map(([kind, count]) => `${count} × ${dropKinds[kind]}`).join(', ');
  }

  note(kind: DropKind): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    this.#onDrop(kind);
  }
}

/** Returns why a stream without media ends. Encoders show it to their user. */
export function noMediaText(idleMs: number, drops: Drops): string {
  const dropped = drops.text === '' ? '' : `; dropped: ${drops.text}`;
  return `NO_MEDIA: no media came for ${idleMs / 1000} s${dropped}`;
}
