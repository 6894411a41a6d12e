// The rooms whose policies keep clients out, for signaling nodes: while no api answers, a room that opens is guarded as
// it was. Nodes ask every few seconds; a list that has not changed is not sent again.
import { createHash } from 'node:crypto';
import { isGuarding, policyFromWire, policyToWire, roomKeyOf, rpc, serve, type wire } from '@meridian/protocol';
import type { Clock, Link, Logger } from '@meridian/runtime';
import type { Database } from '../store/store.ts';

/** Of more, those that were used longest ago are left out; a node keeps the list in memory. */
export const GUARDS_MAX = 20_000;
const BYTES_MAX = 16 * 1024 * 1024;
/** Of one answer, counted as JSON: protobuf is shorter, and a frame has a megabyte (`controlFrameBytesMax`). */
const PART_BYTES = 256 * 1024;
/** One question to the database answers all nodes that ask meanwhile. */
const KEPT_MS = 5000;

interface Snapshot {
  readonly digest: string;
  readonly parts: readonly (readonly wire.RoomGuard.$Properties[])[];
}

export class RoomGuards {
  readonly #o: { readonly db: Database; readonly clock: Clock; readonly log: Logger };
  #snapshot: Promise<Snapshot> | undefined;
  #takenMs = 0;

  constructor(o: { readonly db: Database; readonly clock: Clock; readonly log: Logger }) {
    this.#o = o;
  }

  /** Answers a signaling node: the list in parts, anew from the first part when it has changed meanwhile. */
  attach(link: Link): void {
    serve(link, rpc.roomGuards, async ({ digest, from }) => {
      const snapshot = await this.#present();
      if (from === 0 && digest === snapshot.digest) return { digest, isSame: true };
      const at = digest === snapshot.digest ? from : 0;
      const next = at + 1 < snapshot.parts.length ? at + 1 : 0;
      return { digest: snapshot.digest, rooms: [...(snapshot.parts[at] ?? [])], next };
    });
  }

  async #present(): Promise<Snapshot> {
    const nowMs = this.#o.clock.nowMs();
    if (this.#snapshot === undefined || nowMs - this.#takenMs >= KEPT_MS) {
      this.#takenMs = nowMs;
      const taken = this.#take();
      this.#snapshot = taken;
      taken.catch(() => {
        if (this.#snapshot === taken) this.#snapshot = undefined;
      });
    }
    return await this.#snapshot;
  }

  async #take(): Promise<Snapshot> {
    const { db, clock, log } = this.#o;
    const nowMs = clock.wallMs();
    const rows = await db
      .selectFrom('rooms')
      .select(['tenant', 'name', 'version', 'policy'])
      .where('guards', '=', 1)
      .where((eb) => eb.or([eb('forget_ms', 'is', null), eb('forget_ms', '>', nowMs)]))
      // Rooms that are kept for good, then those that were used last.
      .orderBy((eb) => eb.case().when('forget_ms', 'is', null).then(0).else(1).end())
      .orderBy('forget_ms', 'desc')
      .limit(GUARDS_MAX + 1)
      .execute();
    const rooms: { readonly guard: wire.RoomGuard.$Properties; readonly text: string }[] = [];
    let bytes = 0;
    for (const { tenant, name, version, policy: stored } of rows.slice(0, GUARDS_MAX)) {
      const roomKey = roomKeyOf(tenant, name);
      const policy = Object.assign(policyFromWire(JSON.parse(stored)), { version });
      if (roomKey === undefined || !isGuarding(policy, nowMs)) continue;
      const guard = { roomKey, policy: policyToWire(policy) };
      const text = JSON.stringify(guard);
      bytes += Buffer.byteLength(text);
      if (bytes > BYTES_MAX) break;
      rooms.push({ guard, text });
    }
    if (rows.length > GUARDS_MAX || bytes > BYTES_MAX)
      log.warn({ sent: rooms.length }, 'more rooms are guarded than nodes are sent: others open unguarded without api');
    rooms.sort((a, b) => (a.text < b.text ? -1 : 1));
    return { digest: digestOf(rooms), parts: partsOfList(rooms) };
  }
}

function digestOf(rooms: readonly { readonly text: string }[]): string {
  const hash = createHash('sha256');
  for (const { text } of rooms) hash.update(text).update('\n');
  return hash.digest('base64url');
}

function partsOfList(rooms: readonly { readonly guard: wire.RoomGuard.$Properties; readonly text: string }[]) {
  const parts: wire.RoomGuard.$Properties[][] = [];
  let leftBytes = 0;
  for (const { guard, text } of rooms) {
    const bytes = Buffer.byteLength(text);
    if (bytes > leftBytes) {
      parts.push([]);
      leftBytes = PART_BYTES;
    }
    leftBytes -= bytes;
    parts.at(-1)?.push(guard);
  }
  return parts;
}
