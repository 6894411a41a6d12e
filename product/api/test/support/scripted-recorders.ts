// Recorders of one process: requests pass through the wire's messages, and a script answers.
import {
  type ControlLink,
  isRecordingId,
  MeridianError,
  type NodeKind,
  nodeKind,
  partsOfRoomKey,
  type Rpc,
  roomKeyOf,
  rpc,
  serve,
  WATCH_KEPT_MS,
  watchedRoomsMax,
  type wire,
} from '@meridian/protocol';
import { callNode, type Handler, linkedOf, ScriptedNode } from './scripted-node.ts';

export interface ScriptedRoom {
  readonly seq?: number;
  /** Stands in for a JPEG. */
  readonly text?: string;
  readonly tracks?: wire.WatchedTrack.$Properties[];
  readonly participants?: number;
  readonly code?: string;
}

function checkNames({ tenant, recordingId }: { readonly tenant: string; readonly recordingId: string }): void {
  if (roomKeyOf(tenant, 'room') === undefined || !isRecordingId(recordingId))
    throw new MeridianError('REQUEST_INVALID');
}

export class ScriptedRecorder extends ScriptedNode {
  /** Stints that it has, by `tenant/recording`. */
  readonly stints = new Map<string, wire.RecordingStints.$Properties>();
  /** Requests in order: `stints …` and `erase …`. */
  readonly requestLog: string[] = [];
  readonly #ofApi = new Map<number, Handler>();
  /** Rooms that it could watch, by key; any other room is reported as over. */
  readonly rooms = new Map<string, ScriptedRoom>();
  watchesMax = 8;
  /** Watches, with the time of the last request for each. */
  readonly watches = new Map<string, number>();
  /** Rooms that could not be joined, or have ended. */
  readonly endedRooms = new Set<string>();
  readonly asks: wire.RoomWatch[][] = [];
  nowMs: () => number = () => 0;

  constructor(nodeId: string, region: string) {
    super(nodeId, region);
    serve(this.side, rpc.recordingStints, (asked) => {
      checkNames(asked);
      const name = `${asked.tenant}/${asked.recordingId}`;
      this.requestLog.push(`stints ${name}`);
      return { storeId: `node:${nodeId}`, ...this.stints.get(name) };
    });
    serve(this.side, rpc.eraseRecording, ({ tenant, recordingId }) => {
      checkNames({ tenant, recordingId });
      const name = `${tenant}/${recordingId}`;
      this.requestLog.push(`erase ${name}`);
      return { objects: Number(this.stints.delete(name)), shared: false };
    });
    serve(this.side, rpc.watchRooms, (wanted) => this.#watch(wanted));
  }

  /** Adds a complete stint of a recording. Times are wall time in milliseconds. */
  addStint(name: string, stint: Pick<wire.HeldStint, 'startedWallMs' | 'endedWallMs'> & wire.HeldStint.$Properties) {
    const stintId = `${stint.startedWallMs.toString(36).padStart(9, '0')}-${this.nodeId}`;
    const held = { stintId, recorderId: this.nodeId, complete: true, journals: ['journal.jsonl'], ...stint };
    const before = this.stints.get(name);
    this.stints.set(name, { ...before, stints: [...(before?.stints ?? []), held] });
  }

  /** Link of the recorder to the api, as the api and the recorder see it. */
  get toApi(): ControlLink & { readonly remote: { id: string; kind: string; region: string } } {
    return {
      remote: { id: this.nodeId, kind: nodeKind.recorder, region: this.region },
      request: async (type, payload) => {
        const handler = this.#ofApi.get(type);
        if (handler === undefined) throw new MeridianError('FRAME_UNKNOWN');
        return handler(payload);
      },
      onRequest: (type, handler) => void this.#ofApi.set(type, handler),
      send: () => true,
      onMessage: () => undefined,
    };
  }

  /** Answers as control.proto says of `WatchRooms`. */
  #watch({ rooms }: wire.WatchRooms): wire.RoomsWatched.$Properties {
    if (rooms.length > watchedRoomsMax || rooms.some(({ roomKey }) => partsOfRoomKey(roomKey ?? '') === undefined))
      throw new MeridianError('REQUEST_INVALID');
    const nowMs = this.nowMs();
    for (const [key, askedMs] of this.watches) if (nowMs - askedMs >= WATCH_KEPT_MS) this.watches.delete(key);
    this.asks.push(rooms as wire.RoomWatch[]);
    return { rooms: rooms.map((wanted) => this.#watchOne(wanted as wire.RoomWatch, nowMs)) };
  }

  #watchOne({ roomKey, withPicture, seenSeq }: wire.RoomWatch, nowMs: number): wire.WatchedRoom.$Properties {
    const room = this.rooms.get(roomKey);
    const isNew = !this.watches.has(roomKey);
    const isOver = room === undefined && (!isNew || this.endedRooms.has(roomKey));
    if (isNew && !isOver && this.watches.size >= this.watchesMax)
      return { roomKey, state: 'refused', code: 'OVERLOADED' };
    if (room === undefined) {
      this.watches.delete(roomKey);
      this.endedRooms.add(roomKey);
      return { roomKey, state: isOver ? 'over' : 'joining' };
    }
    this.endedRooms.delete(roomKey);
    this.watches.set(roomKey, nowMs);
    if (isNew) return { roomKey, state: 'joining' };
    const { seq = 1, text = 'jpeg', tracks = [], participants = 1, code = '' } = room;
    const picture = withPicture && seq !== seenSeq ? { picture: new TextEncoder().encode(text) } : {};
    return { roomKey, state: 'watching', code, seq, tracks, participants, ...picture };
  }
}

export class ScriptedRecorders {
  readonly fra = new ScriptedRecorder('rec-fra', 'frankfurt');
  readonly sgp = new ScriptedRecorder('rec-sgp', 'singapore');
  planned: ScriptedRecorder[] = [this.fra, this.sgp];
  #onPlan: (plan: { nodes: wire.NodeRef.$Properties[] }) => void = () => undefined;

  set onPlan(onPlan: (plan: { nodes: wire.NodeRef.$Properties[] }) => void) {
    this.#onPlan = onPlan;
    this.plan();
  }

  plan(): void {
    const { recorder: kind } = nodeKind;
    this.#onPlan({
      nodes: this.planned.map(({ nodeId, region }) => ({ nodeId, region, kind, state: 'alive' })),
    });
  }

  linkedNodes(kind: NodeKind): string[] {
    return kind === nodeKind.recorder ? linkedOf(this.planned) : [];
  }

  call<Q, QP, A, AP>(nodeId: string, kind: Rpc<Q, QP, A, AP>, message: NoInfer<QP>): Promise<A> {
    return callNode(this.planned, nodeId, kind, message);
  }
}
