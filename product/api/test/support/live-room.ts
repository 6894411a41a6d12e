// Adds sessions in progress, as the records of signaling nodes leave them in the database.
import type { TestApi } from './test-api.ts';

let made = 0;

/** Adds a session of this identity that is now in `room` (TENANT/ROOM), by the clock of the api. */
export async function addLive(
  api: Pick<TestApi, 'store' | 'clock'>,
  room: string,
  o: { readonly identity?: string; readonly protocol?: string; readonly sid?: string } = {},
): Promise<void> {
  made += 1;
  const [tenant = '', name = ''] = room.split('/');
  const { identity = 'ann', protocol = 'webrtc', sid = `RM_${name}` } = o;
  const row = { key: made, session_id: `PA_${made}`, tenant, room: name, sid, identity, protocol };
  const last_ms = Math.floor(api.clock.wallMs());
  await api.store.db
    .insertInto('quality_sessions')
    .values({ ...row, last_ms, is_live: 1 })
    .execute();
}

/** Renews all sessions, as later records of the signaling nodes would. */
export async function keepLive(api: Pick<TestApi, 'store' | 'clock'>): Promise<void> {
  await api.store.db
    .updateTable('quality_sessions')
    .set({ last_ms: Math.floor(api.clock.wallMs()) })
    .execute();
}
