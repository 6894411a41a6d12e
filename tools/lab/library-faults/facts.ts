// What the company finds over REST, and what stores and disks have, when all is quiet.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger, redisOf } from '@meridian/runtime';
import { all } from './company.ts';
import type { EventFacts, Facts } from './judge.ts';
import type { Ordered } from './orders.ts';
import { nodes, type Stage, sites } from './stage.ts';
import type { Uploaded } from './uploads.ts';

const LIMIT = { params: { query: { limit: 100 } } } as const;
/** Behind `npm start`. */
const REDIS_PORT = 7006;
const KEYS = '{meridian}:';

interface Told {
  readonly id: string;
  readonly event: string;
  readonly item?: { readonly id: string };
  readonly order?: { readonly id: string };
}

const eventOf = ({ id, event, item, order }: Told): EventFacts => ({ id, event, of: item?.id ?? order?.id ?? '' });

/** Rejects when a part does not answer. */
export async function factsOf(
  stage: Stage,
  { uploaded, ordered }: { readonly uploaded: readonly Uploaded[]; readonly ordered: readonly Ordered[] },
): Promise<Facts> {
  const { company, places, hook, notified } = stage;
  const orders = await all(company.list('/distribution/orders', LIMIT));
  const deliveries = await all(company.list('/distribution/deliveries', LIMIT));
  return {
    uploaded,
    ordered,
    orders,
    deliveries,
    places,
    items: await all(company.list('/library/items', LIMIT)),
    overview: await company.get('/distribution/overview'),
    events: ((await all(company.list('/events', LIMIT))) as unknown as Told[]).map(eventOf),
    heard: (hook.received as unknown as Told[]).map(eventOf),
    notified: notified.deliveries,
    left: [...(await openUploads(stage)), ...onDisks(stage, uploaded), ...(await inRedis(stage))],
  };
}

async function openUploads({ company }: Stage): Promise<string[]> {
  const uploads = await all(company.list('/library/uploads', LIMIT));
  return uploads.flatMap(({ id, name, state }) => (state === 'done' ? [] : [`upload ${id} of ${name} is ${state}`]));
}

/** Names in a folder that may not be there. */
const namesIn = (...path: string[]): string[] => (existsSync(join(...path)) ? readdirSync(join(...path)) : []);

/** A content has the name of the upload that brought it. */
function onDisks({ cloud: { stateDir } }: Stage, uploaded: readonly Uploaded[]): string[] {
  const known = new Set(uploaded.map(({ id }) => id));
  const ofNodes = nodes.flatMap((node) => [
    ...tenantFolders(stateDir, node, 'spool', 'uploads').map((id) => `${node}: upload ${id} is in the spool`),
    ...tenantFolders(stateDir, node, 'files', 'objects')
      .filter((id) => !known.has(id))
      .map((id) => `${node}: objects of ${id}, which is no content`),
    ...namesIn(stateDir, node, 'files', 'tmp').map((name) => `${node}: ${name} is left in the store`),
    ...tenantFolders(stateDir, node, 'files', 'uploads').map(
      (name) => `${node}: ${name} is left of the store's uploads`,
    ),
  ]);
  const ofSites = sites.flatMap((site) =>
    namesIn(stateDir, site, 'files', '.meridian')
      .filter((name) => name.endsWith('.part'))
      .map((name) => `${site}: ${name} is left`),
  );
  return [...ofNodes, ...ofSites];
}

function tenantFolders(...path: string[]): string[] {
  return namesIn(...path).flatMap((tenant) => namesIn(...path, tenant));
}

async function inRedis({ cloud }: Stage): Promise<string[]> {
  const url = `redis://127.0.0.1:${REDIS_PORT + cloud.portOffset}`;
  const redis = redisOf({ url, keyPrefix: '', log: createLogger({ name: 'lab', level: 'silent' }) });
  try {
    await redis.connect();
    const left: string[] = [];
    for (const key of await redis.keys(`${KEYS}n:*`)) {
      const count = await redis.xlen(key);
      if (count > 0) left.push(`${count} notices are left in ${key}`);
    }
    for (const key of await redis.keys(`${KEYS}e:*`)) left.push(`${await redis.hlen(key)} entries are left in ${key}`);
    const receipts = await redis.xlen(`${KEYS}receipts`);
    return receipts > 0 ? [...left, `${receipts} receipts are left`] : left;
  } finally {
    redis.disconnect();
  }
}
