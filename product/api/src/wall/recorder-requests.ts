// Requests rooms from recorders. By rendezvous hashing, all instances ask the same recorder first.
import { createHash } from 'node:crypto';
import { isInFence, MeridianError, rpc, watchedRoomsMax, type wire } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import type { Recorder, Recorders } from '../recordings/recorders.ts';
import { type RoomAnswer, recorderAnswerFromWire } from './core/recorder-answer.ts';
import { Refusals } from './core/refusals.ts';

/** Recorders asked for a room in a round; the next round continues with others. */
const TRIES = 3;
const ANSWER_MS = 1000;

export interface RequestedRoom {
  readonly tenant: string;
  readonly room: string;
  readonly roomKey: string;
  readonly fence: string;
  readonly streams: ReadonlySet<string>;
  /** Latest picture that the caller has, which is not sent again. */
  readonly heldPicture?: { readonly nodeId: string; readonly seq: number } | undefined;
}

export interface RecorderAnswer extends RoomAnswer {
  /** Id of the recorder; '' if none was asked. */
  readonly nodeId: string;
}

export interface RecorderRequestsOptions {
  readonly recorders: Pick<Recorders, 'all' | 'call'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export class RecorderRequests {
  readonly #o: RecorderRequestsOptions;
  readonly #refusals = new Refusals();

  constructor(o: RecorderRequestsOptions) {
    this.#o = o;
  }

  /**
   * Requests rooms; each is answered at most once. Rooms without an answer should come first in the next call. Never
   * rejects.
   */
  async ask(
    rooms: readonly RequestedRoom[],
    o: { readonly withPicture: boolean; onAnswer(roomKey: string, answer: RecorderAnswer): void },
  ): Promise<void> {
    let open = [...rooms];
    for (let tries = 0; tries < TRIES && open.length > 0; tries += 1) {
      const groups = new Map<string, RequestedRoom[]>();
      for (const room of open) {
        const next = this.#nextRecorder(room);
        if (next.nodeId === undefined) o.onAnswer(room.roomKey, refusedAnswer(room, next.code));
        else groups.set(next.nodeId, [...(groups.get(next.nodeId) ?? []), room]);
      }
      const requests = [...groups].flatMap(([nodeId, all]) =>
        chunksOfRooms(all).map((roomsChunk) => this.#requestFrom(nodeId, roomsChunk, o)),
      );
      open = (await Promise.all(requests)).flat();
    }
    for (const room of open) o.onAnswer(room.roomKey, refusedAnswer(room, this.#nextRecorder(room).code));
  }

  /**
   * Returns the rooms for which to ask the next recorder: those that were refused, or without an answer all of them.
   */
  async #requestFrom(
    nodeId: string,
    rooms: readonly RequestedRoom[],
    o: Parameters<RecorderRequests['ask']>[1],
  ): Promise<RequestedRoom[]> {
    const { recorders, clock, log } = this.#o;
    const wireRooms = rooms.map(({ roomKey, fence, heldPicture }) => ({
      roomKey,
      fence,
      withPicture: o.withPicture,
      seenSeq: heldPicture?.nodeId === nodeId ? heldPicture.seq : 0,
    }));
    try {
      const answer = await recorders.call(nodeId, rpc.watchRooms, { rooms: wireRooms }, ANSWER_MS);
      return this.#take(nodeId, rooms, answer.rooms, o.onAnswer);
    } catch (error) {
      const code = error instanceof MeridianError ? error.code : 'INTERNAL';
      log.debug({ err: error, recorder: nodeId }, 'a recorder did not answer what it sees');
      if (code === 'NODE_UNREACHABLE') this.#refusals.addAway(nodeId, clock.nowMs());
      else for (const { roomKey } of rooms) this.#refusals.refused(nodeId, roomKey, code, clock.nowMs());
      return [...rooms];
    }
  }

  #take(
    nodeId: string,
    rooms: readonly RequestedRoom[],
    answered: readonly wire.WatchedRoom.$Properties[],
    onAnswer: (roomKey: string, answer: RecorderAnswer) => void,
  ): RequestedRoom[] {
    const byKey = new Map(rooms.map((room) => [room.roomKey, room]));
    const remaining: RequestedRoom[] = [];
    for (const one of answered) {
      const room = byKey.get(one.roomKey ?? '');
      if (room === undefined || !byKey.delete(room.roomKey)) continue; // The room was not requested, or is a duplicate.
      const answer = recorderAnswerFromWire(one, room);
      const { state, code } = answer.seen;
      // No recorder can see an encrypted room, so no other is asked.
      if (state !== 'refused' || code === 'E2EE') {
        onAnswer(room.roomKey, { ...answer, nodeId });
        continue;
      }
      this.#refusals.refused(nodeId, room.roomKey, code, this.#o.clock.nowMs());
      remaining.push(room);
    }
    return remaining;
  }

  /** Returns the recorder to ask for a room now; `code` is the reason if there is none. */
  #nextRecorder({ roomKey, fence }: RequestedRoom): { readonly nodeId: string | undefined; readonly code: string } {
    const { recorders, clock } = this.#o;
    const allowed = recorders.all.filter(({ region }) => isInFence(fence, region));
    let code = allowed.length === 0 && fence !== '' ? 'FENCED_OUT' : 'NODE_UNREACHABLE';
    const linkedRecorders = allowed.filter(({ isLinked }) => isLinked);
    for (const { nodeId } of rendezvous(roomKey, linkedRecorders)) {
      const refusal = this.#refusals.refusalOf(nodeId, roomKey, clock.nowMs());
      if (refusal === undefined) return { nodeId, code };
      // The refusal of a full recorder says more than the absence of another.
      if (refusal !== 'NODE_UNREACHABLE') code = refusal;
    }
    return { nodeId: undefined, code };
  }
}

/** Sorts recorders for a room, in an order in which a recorder that leaves moves only its own rooms. */
export function rendezvous<R extends Pick<Recorder, 'nodeId'>>(roomKey: string, recorders: readonly R[]): R[] {
  return recorders
    .map((recorder) => ({ recorder, rank: rankOf(`${roomKey}|${recorder.nodeId}`) }))
    .sort((a, b) => (a.rank < b.rank ? 1 : -1))
    .map(({ recorder }) => recorder);
}

const rankOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const refusedAnswer = ({ tenant, room }: RequestedRoom, code: string): RecorderAnswer => ({
  nodeId: '',
  seen: { tenant, room, state: 'refused', code, participants: 0, tracks: [] },
});

function chunksOfRooms(rooms: readonly RequestedRoom[]): RequestedRoom[][] {
  const parts: RequestedRoom[][] = [];
  for (let at = 0; at < rooms.length; at += watchedRoomsMax) parts.push(rooms.slice(at, at + watchedRoomsMax));
  return parts;
}
