// Programmes of this gateway: one per room and choice of picture, shared by all viewers.
import type { KeySource, Tokens } from '@meridian/node-shell';
import { composedLayoutOf, type ErrorCode, MeridianError, PlaceShares } from '@meridian/protocol';
import type { StreamKey } from '../adapters/stream-keys.ts';
import { holderOf } from '../holder.ts';
import type { LiveRooms, LiveViewer } from '../live/live-rooms.ts';
import type { Compositions } from './compositions.ts';
import { demandInFence } from './fence.ts';
import { Presences, type ViewerInfo } from './presences.ts';
import { Programme, type ProgrammeOptions, type SoundCodec } from './programme.ts';

/** Bound of a gateway's programmes, half of them for a tenant alone; each decodes all voices of its room. */
export const PROGRAMMES_MAX = 200;
/** Bound of viewers with a connection: the proven connections of both listeners (`gates.ts`). */
export const SEATS_MAX = 7200;
/** A person watches a few rooms at once; an address is an office that watches by one link. */
const SEAT_SHARES = { total: SEATS_MAX, perPerson: 20, perAddress: 200 };
/** A person's pictures last as long as others watch them; an address is a class that calls by H5. */
const PROGRAMME_SHARES = { total: PROGRAMMES_MAX, perPerson: 10, perAddress: 50 };
/** Time that a programme outlives its last viewer, so that a reloaded page finds it running. */
const IDLE_MS = 5000;
const TOKEN_MS = 60_000;
const HIDDEN = { canPublish: false, canSubscribe: true, hidden: true } as const;

export interface ProgrammesOptions
  extends Omit<ProgrammeOptions, 'token' | 'idleMs' | 'onClosed' | 'picture' | 'receive' | 'without' | 'sound'> {
  readonly tokens: Tokens;
  readonly apiKeys: Pick<KeySource, 'findKnown'>;
  readonly live: LiveRooms;
  readonly compositions?: Pick<Compositions, 'receive'>;
  /** Id of this gateway, which makes its programmes' identities unique in a room. */
  readonly nodeId: string;
  readonly region: string;
}

export class Programmes {
  readonly #o: ProgrammesOptions;
  readonly #programmes = new Map<string, Promise<Programme>>();
  readonly #presences: Presences;
  readonly #programmeShares = new PlaceShares(PROGRAMME_SHARES);
  readonly #seatShares = new PlaceShares(SEAT_SHARES);
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
   * Opens the key's programme with this sound. A new programme counts for the key's holder until it ends. Rejects with
   * errors of the join, NOT_PERMITTED for a key to publish, FENCED_OUT for a room whose fence excludes this region,
   * OVERLOADED beyond the transcoding capacity, as `PlaceShares.enter` does, and for a composed picture as
   * `Compositions.receive` does.
   */
  async open(key: StreamKey, sound: SoundCodec = 'aac', clientIp = ''): Promise<Programme> {
    if (key.use !== 'play') throw new MeridianError('NOT_PERMITTED', 'this key is for publishing');
    const { tokens, apiKeys, live: _, compositions: __, nodeId, region, ...base } = this.#o;
    const { picture, without, fence } = key;
    demandInFence(fence, region);
    const name = nameOf(key, sound);
    const present = this.#programmes.get(name);
    if (present !== undefined) return present;
    if (this.#isClosed) throw new MeridianError('OVERLOADED', 'this gateway takes no more programmes');
    const receive = this.#receiverOf(key);
    const leave = this.#programmeShares.enter(holderOf(apiKeys, key, clientIp));
    this.#opened += 1;
    const identity = `programme ${this.#opened} at ${nodeId}`;
    const claims = { identity, name: '', room: key.room, fence, lifetimeMs: TOKEN_MS };
    const ofLayer = (layer?: number) => (layer === undefined ? {} : { identity: `${identity} layer ${layer}` });
    const forget = (): void => {
      leave();
      if (this.#programmes.get(name) === programme) this.#programmes.delete(name);
    };
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

  #receiverOf({ apiKey, room, fence, picture }: StreamKey): ProgrammeOptions['receive'] {
    const layout = composedLayoutOf(picture);
    if (layout === undefined) return undefined;
    const { compositions } = this.#o;
    if (compositions === undefined) throw new MeridianError('NO_PICTURE_TRANSCODER');
    return (o) => compositions.receive(JSON.stringify([apiKey, room, fence]), layout, o);
  }

  /**
   * Opens a programme for a viewer with a connection, and lists the viewer in the roster if there is a place. Rejects
   * as `open` and `PlaceShares.enter` do, when the room refuses the viewer, and with errors of `source`.
   */
  async seat<V extends Ended>(key: StreamKey, place: ViewerInfo, o: SeatOptions<V>): Promise<Seat<V>> {
    const release = this.#seatShares.enter(holderOf(this.#o.apiKeys, key, place.clientIp));
    try {
      const programme = await this.open(key, o.sound, place.clientIp);
      const seat = new Seat(o.source(programme));
      const removed = (code: string): void => seat.removed(code);
      const leave = await this.#presences.join(key, place, removed);
      this.#seated.set(removed, { key, isMovable: place.isBound !== true });
      seat.occupy(this.#o.live.viewer(key, place.protocol), () => {
        this.#seated.delete(removed);
        leave();
        release();
      });
      return seat;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Returns the key's programme with AAC if it runs or is opening here. Rejects as `open` does. */
  async find(key: StreamKey): Promise<Programme | undefined> {
    return this.#programmes.get(nameOf(key, 'aac'));
  }

  /** Returns a function per viewer that another gateway could serve; calling it ends the viewer with this code. */
  movable(code: ErrorCode): (() => void)[] {
    const movable = [...this.#seated].filter(([, { isMovable }]) => isMovable);
    return movable.map(([removed]) => () => {
      if (this.#seated.has(removed)) removed(code);
    });
  }

  endRevoked(isRevoked: (key: StreamKey) => boolean): void {
    for (const [removed, { key }] of [...this.#seated]) if (isRevoked(key)) removed('TOKEN_REVOKED');
  }

  /** Ends all programmes with this code; new ones may begin. */
  end(code: ErrorCode): void {
    for (const opening of this.#programmes.values())
      opening.then(
        (programme) => programme.close(code),
        () => undefined, // The programme failed to open.
      );
  }

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
interface Source<V> {
  watch(viewer: V): () => void;
}
export interface SeatOptions<V> {
  readonly sound: SoundCodec;
  source(programme: Programme): Source<V>;
}

/** Place reserved for one viewer at a source and in the room's roster. The viewer may leave without watching. */
export class Seat<V extends Ended> {
  readonly #source: Source<V>;
  #leave: () => void = () => undefined;
  #liveViewer: LiveViewer | undefined;
  #stopWatching: (() => void) | undefined;
  #viewer: V | undefined;
  #removalCode: string | undefined;

  constructor(source: Source<V>) {
    this.#source = source;
  }

  occupy(counted: LiveViewer, leave: () => void): void {
    this.#liveViewer = counted;
    this.#leave = leave;
  }

  sent(bytes: number): void {
    this.#liveViewer?.sent(bytes);
  }

  watch(viewer: V): void {
    this.#viewer = viewer;
    if (this.#removalCode !== undefined) viewer.ended(this.#removalCode);
    else this.#stopWatching = this.#source.watch(viewer);
  }

  removed(code: string): void {
    this.#removalCode = code;
    this.#stopWatching?.();
    this.#viewer?.ended(code);
  }

  close(): void {
    this.#stopWatching?.();
    this.#leave();
    this.#liveViewer?.close();
  }
}
