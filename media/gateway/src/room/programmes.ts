// The programmes of this gateway: one per room and choice of what is shown, however many watch it.
import type { Tokens } from '@meridian/node-shell';
import { composedLayoutOf, type ErrorCode, MeridianError } from '@meridian/protocol';
import type { StreamKey } from '../adapters/stream-keys.ts';
import type { LiveRooms, LiveViewer } from '../live/live-rooms.ts';
import type { Compositions } from './compositions.ts';
import { demandInFence } from './fence.ts';
import { Presences, type ViewerPlace } from './presences.ts';
import { Programme, type ProgrammeOptions, type SoundCodec } from './programme.ts';

/** Programmes of one gateway; each decodes all voices of its room and encodes one mix. */
export const PROGRAMMES_MAX = 100;
/** After its last viewer: one that reloads the page finds it running. */
const IDLE_MS = 5000;
const TOKEN_MS = 60_000;
const HIDDEN = { canPublish: false, canSubscribe: true, hidden: true } as const;

export interface ProgrammesOptions
  extends Omit<ProgrammeOptions, 'token' | 'idleMs' | 'onClosed' | 'picture' | 'receive' | 'without' | 'sound'> {
  readonly tokens: Tokens;
  readonly live: LiveRooms;
  /** Absent: no picture of a whole room is made here. */
  readonly compositions?: Pick<Compositions, 'receive'>;
  /** Of this gateway: its programmes have identities of their own in a room. */
  readonly nodeId: string;
  /** Its own. */
  readonly region: string;
}

export class Programmes {
  readonly #o: ProgrammesOptions;
  readonly #programmes = new Map<string, Promise<Programme>>();
  readonly #presences: Presences;
  /** Viewers: how each is ended, and by what it came. */
  readonly #seated = new Map<(code: string) => void, { readonly key: StreamKey; readonly isMovable: boolean }>();
  #opened = 0;
  #isClosed = false;

  constructor(o: ProgrammesOptions) {
    this.#o = o;
    this.#presences = new Presences(o);
  }

  get size(): number {
    return this.#programmes.size;
  }

  /**
   * The programme of the key, with this sound. Rejects with what prevents the join, NOT_PERMITTED for a key to publish,
   * FENCED_OUT for a room whose media may not come here, OVERLOADED above `PROGRAMMES_MAX` or what transcoders may use,
   * and of a composed picture as `Compositions.receive`.
   */
  async open(key: StreamKey, sound: SoundCodec = 'aac'): Promise<Programme> {
    if (key.use !== 'play') throw new MeridianError('NOT_PERMITTED', 'this key is for publishing');
    const { tokens, live: _, compositions: __, nodeId, region, ...base } = this.#o;
    const { picture, without, fence } = key;
    demandInFence(fence, region);
    const name = nameOf(key, sound);
    const present = this.#programmes.get(name);
    if (present !== undefined) return present;
    if (this.#programmes.size >= PROGRAMMES_MAX || this.#isClosed)
      throw new MeridianError('OVERLOADED', 'this gateway takes no more programmes');
    this.#opened += 1;
    const identity = `programme ${this.#opened} at ${nodeId}`;
    const claims = { identity, name: '', room: key.room, fence, lifetimeMs: TOKEN_MS };
    const ofLayer = (layer?: number) => (layer === undefined ? {} : { identity: `${identity} layer ${layer}` });
    const forget = (): void => {
      if (this.#programmes.get(name) === programme) this.#programmes.delete(name);
    };
    const receive = this.#receiverOf(key);
    const programme = Programme.open({
      ...base,
      ...(receive && { receive }),
      picture,
      without,
      sound,
      token: (layer) => tokens.mint(key.apiKey, { ...claims, ...ofLayer(layer), ...HIDDEN }),
      idleMs: IDLE_MS,
      onClosed: forget,
    });
    this.#programmes.set(name, programme);
    programme.catch(forget);
    return programme;
  }

  /** Of a composed picture. */
  #receiverOf({ apiKey, room, fence, picture }: StreamKey): ProgrammeOptions['receive'] {
    const layout = composedLayoutOf(picture);
    if (layout === undefined) return undefined;
    const { compositions } = this.#o;
    if (compositions === undefined) throw new MeridianError('NO_PICTURE_TRANSCODER');
    return (o) => compositions.receive(JSON.stringify([apiKey, room, fence]), layout, o);
  }

  /**
   * As `open`, for a viewer of its own connection: in the roster of the room if there is a place. Rejects also when the
   * room does not let this viewer in, and with what `source` throws.
   */
  async seat<V extends Ended>(key: StreamKey, place: ViewerPlace, o: SeatOptions<V>): Promise<Seat<V>> {
    const programme = await this.open(key, o.sound);
    const seat = new Seat(o.source(programme));
    const removed = (code: string): void => seat.removed(code);
    const leave = await this.#presences.join(key, place, removed);
    this.#seated.set(removed, { key, isMovable: place.isBound !== true });
    seat.takenBy(this.#o.live.viewer(key, place.protocol), () => {
      this.#seated.delete(removed);
      leave();
    });
    return seat;
  }

  /** The programme of the key, with AAC, if it runs here, or is about to. Rejects as `open`. */
  async find(key: StreamKey): Promise<Programme | undefined> {
    return this.#programmes.get(nameOf(key, 'aac'));
  }

  /** How to end each viewer with this code that is here now, and that another gateway could have. */
  movable(code: ErrorCode): (() => void)[] {
    const movable = [...this.#seated].filter(([, { isMovable }]) => isMovable);
    return movable.map(([removed]) => () => {
      if (this.#seated.has(removed)) removed(code);
    });
  }

  /** Ends the viewers whose keys do not count any more. */
  endRevoked(isRevoked: (key: StreamKey) => boolean): void {
    for (const [removed, { key }] of [...this.#seated]) if (isRevoked(key)) removed('TOKEN_REVOKED');
  }

  /** Ends all programmes with this code; others may begin. */
  end(code: ErrorCode): void {
    for (const opening of this.#programmes.values())
      opening.then(
        (programme) => programme.close(code),
        () => undefined, // it was not opened
      );
  }

  /** Ends all; idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#presences.close();
    const programmes = await Promise.allSettled(this.#programmes.values());
    for (const programme of programmes) if (programme.status === 'fulfilled') programme.value.close('NODE_CLOSING');
  }
}

const nameOf = ({ apiKey, room, picture, without, fence }: StreamKey, sound: SoundCodec): string =>
  JSON.stringify([apiKey, room, picture, without, fence, sound]);

interface Ended {
  ended(code: string): void;
}
/** What is watched: a programme, or what is made of it. */
interface Source<V> {
  watch(viewer: V): () => void;
}
export interface SeatOptions<V> {
  readonly sound: SoundCodec;
  source(programme: Programme): Source<V>;
}

/** A viewer's place in front of a source and in the room's roster, for one viewer, which need not come. */
export class Seat<V extends Ended> {
  readonly #source: Source<V>;
  #leave: () => void = () => undefined;
  #counted: LiveViewer | undefined;
  #stop: (() => void) | undefined;
  #viewer: V | undefined;
  #removedWith: string | undefined;

  constructor(source: Source<V>) {
    this.#source = source;
  }

  /** The viewer that sits there, and how to leave the roster. */
  takenBy(counted: LiveViewer, leave: () => void): void {
    this.#counted = counted;
    this.#leave = leave;
  }

  /** The viewer is sent so many bytes. */
  sent(bytes: number): void {
    this.#counted?.sent(bytes);
  }

  watch(viewer: V): void {
    this.#viewer = viewer;
    if (this.#removedWith !== undefined) viewer.ended(this.#removedWith);
    else this.#stop = this.#source.watch(viewer);
  }

  /** The room has removed the viewer. */
  removed(code: string): void {
    this.#removedWith = code;
    this.#stop?.();
    this.#viewer?.ended(code);
  }

  /** The viewer goes; idempotent. */
  close(): void {
    this.#stop?.();
    this.#leave();
    this.#counted?.close();
  }
}
