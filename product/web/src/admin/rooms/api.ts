// Calls of the live rooms pages. All reject with MeridianApiError.
import type { components } from '@meridian/api-client';
import type { Me } from '../../account/core/model.ts';
import type { AdminPorts } from '../ports.ts';
import { linkTitle } from './core/link-title.ts';

type Schemas = components['schemas'];
export type Room = Schemas['Room'];
export type Participant = Schemas['Participant'];
export type Track = Schemas['Track'];
export type Waiter = Schemas['Waiter'];
export type LiveRoom = Schemas['LiveRoom'];
export type Push = Schemas['Push'];
export type Pull = Schemas['Pull'];

export interface LiveRooms {
  readonly rooms: readonly Room[];
  /** Ids of nodes that did not answer. */
  readonly missing: readonly string[];
}

export interface RoomNow {
  readonly room: Room;
  readonly participants: readonly Participant[];
  readonly waiters: readonly Waiter[];
  /** Number of waiting participants beyond `waiters`. */
  readonly moreWaiters: number;
}

export interface Streams {
  readonly live: LiveRoom;
  readonly pushes: readonly Push[];
  readonly pulls: readonly Pull[];
}

/** How long a removed person cannot rejoin. */
export type Ban = 'none' | 'hour' | 'forever';
const HOUR_S = 3600;

/** Maximum number of API pages read, with 200 rooms each; a search finds further live rooms. */
const PAGES_MAX = 5;

export class RoomsApi {
  readonly #o: Pick<AdminPorts, 'client' | 'run'>;

  constructor(o: Pick<AdminPorts, 'client' | 'run'>) {
    this.#o = o;
  }

  /** Returns rooms with participants whose names begin with `prefix`, sorted by name. */
  async live(prefix: string): Promise<LiveRooms> {
    const rooms: Room[] = [];
    const missing = new Set<string>();
    let cursor: string | undefined;
    for (let pages = 0; pages < PAGES_MAX; pages += 1) {
      const query = {
        active: true,
        limit: 200,
        ...(prefix !== '' && { name: prefix }),
        ...(cursor !== undefined && { cursor }),
      };
      const page = await this.#o.run(() => this.#o.client.get('/rooms', { params: { query } }));
      rooms.push(...page.data);
      for (const node of page.missing) missing.add(node);
      cursor = page.nextCursor;
      if (cursor === undefined) break;
    }
    return { rooms, missing: [...missing] };
  }

  async liveState(room: string): Promise<RoomNow> {
    const params = { path: { room } };
    const { client } = this.#o;
    const [found, people, waiting] = await this.#o.run(() =>
      Promise.all([
        client.get('/rooms/{room}', { params }),
        client.get('/rooms/{room}/participants', { params }),
        client.get('/rooms/{room}/waiting', { params }),
      ]),
    );
    return { room: found, participants: people.data, waiters: waiting.data, moreWaiters: waiting.more };
  }

  async streams(room: string): Promise<Streams> {
    const params = { path: { room } };
    const { client } = this.#o;
    const [live, pushes, pulls] = await this.#o.run(() =>
      Promise.all([
        client.get('/rooms/{room}/live', { params }),
        client.get('/rooms/{room}/pushes', { params }),
        client.get('/rooms/{room}/pulls', { params }),
      ]),
    );
    return { live, pushes: pushes.data, pulls: pulls.data };
  }

  async lock(room: string, locked: boolean): Promise<void> {
    await this.#o.run(() => this.#o.client.patch('/rooms/{room}', { body: { locked }, params: { path: { room } } }));
  }

  async end(room: string): Promise<void> {
    await this.#o.run(() => this.#o.client.delete('/rooms/{room}', { params: { path: { room } } }));
  }

  async mute(room: string, identity: string, trackId: string): Promise<void> {
    const params = { path: { room, identity } };
    await this.#o.run(() =>
      this.#o.client.post('/rooms/{room}/participants/{identity}/mute', { body: { trackId }, params }),
    );
  }

  async remove(room: string, identity: string, ban: Ban): Promise<void> {
    const query = { ...(ban === 'hour' && { banS: HOUR_S }), ...(ban === 'forever' && { forever: true }) };
    const params = { path: { room, identity }, query };
    await this.#o.run(() => this.#o.client.delete('/rooms/{room}/participants/{identity}', { params }));
  }

  async letIn(room: string, act: 'admit' | 'refuse', waitIds: readonly string[] | 'all'): Promise<void> {
    const body = waitIds === 'all' ? { act, all: true } : { act, waitIds: [...waitIds] };
    await this.#o.run(() => this.#o.client.post('/rooms/{room}/acts', { body, params: { path: { room } } }));
  }

  /** Creates a link by which only this user joins the room as its host: for a single browser, valid for a day. */
  async hostLink({ name, title }: Pick<Room, 'name' | 'title'>, me: Pick<Me, 'id' | 'name'>): Promise<string> {
    const shown = linkTitle(title);
    const body = {
      room: name,
      identity: me.id,
      name: me.name,
      grants: { roomAdmin: true },
      maxUses: 1,
      ...(shown !== '' && { title: shown }),
    };
    const { url } = await this.#o.run(() => this.#o.client.post('/join-links', { body }));
    return url;
  }
}
