// Registry of the present publishers and viewers of rooms at this gateway, for operators.
import type { KeySource } from '@meridian/node-shell';
import { MeridianError, type RoomKey, roomKeyOf, type Viewers } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { IngestView } from '../core/ingest-health.ts';
import { RateMeter } from '../core/rate-meter.ts';

/** Room as named by a stream key. */
export interface NamedRoom {
  readonly apiKey: string;
  readonly room: string;
}
export interface WatchedRoom extends NamedRoom {
  readonly fence: string;
}

export interface PublisherView extends IngestView {
  readonly identity: string;
  /** Protocol as the roster shows it: `rtmp`. */
  readonly protocol: string;
  readonly sinceWallMs: number;
}
export interface OutputView {
  readonly protocol: string;
  readonly viewers: number;
  readonly bitrateKbps: number;
}
export interface RoomView {
  readonly publishers: readonly PublisherView[];
  readonly outputs: readonly OutputView[];
}
export interface ProtocolTotals {
  publishers: number;
  warned: number;
  ingestKbps: number;
  viewers: number;
  egressKbps: number;
}

interface LivePublisher {
  readonly view: PublisherView;
}
interface Output {
  viewers: number;
  readonly bytes: RateMeter;
}
interface Room {
  readonly publishers: Set<LivePublisher>;
  readonly outputs: Map<string, Output>;
}

export interface LiveViewer {
  sent(bytes: number): void;
  close(): void;
}

export interface LiveRoomsOptions {
  readonly keys: Pick<KeySource, 'findKnown'>;
  readonly clock: Clock;
  /** Called when a room's viewers or their protocols change; pushes are not viewers. */
  readonly onViewers?: (roomKey: RoomKey, room: WatchedRoom, viewers: Viewers) => void;
}

export class LiveRooms {
  readonly #clock: Clock;
  readonly #onViewers: LiveRoomsOptions['onViewers'];
  readonly #keys: LiveRoomsOptions['keys'];
  readonly #rooms = new Map<RoomKey, Room>();

  constructor(o: LiveRoomsOptions) {
    this.#clock = o.clock;
    this.#onViewers = o.onViewers;
    this.#keys = o.keys;
  }

  /** Registers a publisher until the returned function is called. Throws as `keyOf` does. */
  publisher(room: NamedRoom, publisher: LivePublisher): () => void {
    const key = this.keyOf(room);
    const { publishers } = this.#room(key);
    publishers.add(publisher);
    return () => {
      publishers.delete(publisher);
      this.#forget(key);
    };
  }

  /** Counts a viewer until it is closed. Throws as `keyOf` does. */
  viewer(room: WatchedRoom, protocol: string): LiveViewer {
    const key = this.keyOf(room);
    const { outputs } = this.#room(key);
    const output = outputs.get(protocol) ?? { viewers: 0, bytes: new RateMeter() };
    outputs.set(protocol, output);
    output.viewers += 1;
    this.#reportViewers(key, room);
    let isClosed = false;
    return {
      sent: (bytes) => output.bytes.note(bytes, this.#clock.nowMs()),
      close: () => {
        if (isClosed) return;
        isClosed = true;
        output.viewers -= 1;
        if (output.viewers === 0) outputs.delete(protocol);
        this.#reportViewers(key, room);
        this.#forget(key);
      },
    };
  }

  of(roomKey: RoomKey): RoomView {
    const room = this.#rooms.get(roomKey);
    if (room === undefined) return { publishers: [], outputs: [] };
    const publishers = [...room.publishers].map(({ view }) => view);
    const outputs = [...room.outputs].map(([protocol, { viewers, bytes }]) => ({
      protocol,
      viewers,
      bitrateKbps: bytes.kbps(this.#clock.nowMs()),
    }));
    return {
      publishers: publishers.sort((a, b) => compareText(a.identity, b.identity)),
      outputs: outputs.sort((a, b) => compareText(a.protocol, b.protocol)),
    };
  }

  totals(): Map<string, ProtocolTotals> {
    const totals = new Map<string, ProtocolTotals>();
    const of = (protocol: string): ProtocolTotals => {
      const present = totals.get(protocol) ?? { publishers: 0, warned: 0, ingestKbps: 0, viewers: 0, egressKbps: 0 };
      totals.set(protocol, present);
      return present;
    };
    for (const roomKey of this.#rooms.keys()) {
      const { publishers, outputs } = this.of(roomKey);
      for (const { protocol, video, audio, warnings } of publishers) {
        const total = of(protocol);
        total.publishers += 1;
        total.warned += Number(warnings.length > 0);
        total.ingestKbps += (video?.bitrateKbps ?? 0) + (audio?.bitrateKbps ?? 0);
      }
      for (const { protocol, viewers, bitrateKbps } of outputs) {
        of(protocol).viewers += viewers;
        of(protocol).egressKbps += bitrateKbps;
      }
    }
    return totals;
  }

  /** Throws TOKEN_INVALID for an unknown API key or room. */
  keyOf({ apiKey, room }: NamedRoom): RoomKey {
    const key = roomKeyOf(this.#keys.findKnown(apiKey)?.tenant ?? '', room);
    if (key === undefined) throw new MeridianError('TOKEN_INVALID', 'no such API key or room');
    return key;
  }

  #reportViewers(key: RoomKey, room: WatchedRoom): void {
    const outputs = [...(this.#rooms.get(key)?.outputs ?? [])].filter(([protocol]) => protocol !== 'push');
    this.#onViewers?.(key, room, new Map(outputs.map(([protocol, { viewers }]) => [protocol, viewers])));
  }

  #room(key: RoomKey): Room {
    const room = this.#rooms.get(key) ?? { publishers: new Set(), outputs: new Map() };
    this.#rooms.set(key, room);
    return room;
  }

  #forget(key: RoomKey): void {
    const room = this.#rooms.get(key);
    if (room !== undefined && room.publishers.size === 0 && room.outputs.size === 0) this.#rooms.delete(key);
  }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
