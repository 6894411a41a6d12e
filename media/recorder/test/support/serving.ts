// HTTP of a recorder on a folder with finished files, and tokens for it.
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FixedKeys, type TokenOrigin, Tokens } from '@meridian/node-shell';
import { type Clock, CloseStack, createLogger, createMetrics, systemClock } from '@meridian/runtime';
import { openFileStore } from '../../../../files/object-store/src/file-store.ts';
import { SealKeys } from '../../../../files/object-store/src/seal.ts';
import { openSealedStore } from '../../../../files/object-store/src/sealed-store.ts';
import type { Store } from '../../../../files/object-store/src/store.ts';
import { FaultyStore } from '../../../../files/object-store/test/support/faulty-store.ts';
import type { ServedConfig } from '../../../../files/object-store/test/support/served-contract.ts';
import { hashOf } from '../../../../files/object-store/test/support/stores-contract.ts';
import { serveFiles } from '../../src/serving/serve.ts';

export const secrets = {
  acme: 'a secret of acme that is long enough',
  other: 'another secret that is long enough',
  narrow: 'a secret of acme without rights to recordings',
};
const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Returns a token of the API key `acme` or `other`, of the tenants of these names, or of acme's `narrow`. */
export function tokenOf(claims: Readonly<Record<string, unknown>>, key: keyof typeof secrets = 'acme'): string {
  const exp = Math.floor(Date.now() / 1000) + 600;
  const payload = Object.assign({ iss: key, recording: 're_1', may: 'play', exp }, claims);
  const head = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(payload)}`;
  return `${head}.${createHmac('sha256', secrets[key]).update(head).digest('base64url')}`;
}

export async function serving(o: {
  readonly isSealed: boolean;
  readonly config?: ServedConfig;
  readonly clock?: Clock;
}) {
  const folder = await mkdtemp(join(tmpdir(), 'meridian-serving-'));
  const below = await openFileStore({ folder });
  const sealKeys = new SealKeys([{ id: 'k1', secret: Buffer.alloc(32, 1) }]);
  const kept: Store = o.isSealed ? openSealedStore({ store: below, keys: sealKeys }) : below;
  const store = new FaultyStore(kept);
  const clock = o.clock ?? systemClock();
  const log = createLogger({ name: 'serving', level: process.env['TEST_LOG'] ?? 'silent' });
  const apiKeys = Object.entries(secrets).map(([key, secret]) => ({
    key,
    secret,
    tenant: key === 'narrow' ? 'acme' : key,
  }));
  const fixed = new FixedKeys(apiKeys);
  const keys = {
    get: async (id: string) => ({ ...(await fixed.get(id)), ...(id === 'narrow' && { scopes: ['rooms:join'] }) }),
  };
  const revoked = new Set<string>();
  const isRevoked = ({ via, sources = [] }: TokenOrigin): boolean => [via, ...sources].some((id) => revoked.has(id));
  const tokens = new Tokens(keys, () => clock.wallMs(), isRevoked);
  const listeners: ((isEnded: typeof isRevoked) => void)[] = [];
  const opened = { tokens, onEnded: (listener: (typeof listeners)[number]) => void listeners.push(listener) };
  const metrics = createMetrics({ service: 'recorder' });
  const closeStack = new CloseStack({ log, clock, stepLimitMs: 5000 });
  const config = Object.assign({ httpListen: { ip: '127.0.0.1', port: 0 }, trustedProxies: [] }, o.config);
  const served = await serveFiles({ config, clock, log, metrics, closeStack }, { store, opened });
  if (served === undefined) throw new Error('it listens nowhere');
  const { http, streams } = served;
  const { port } = http.server.address() as AddressInfo;
  return {
    store,
    http,
    streams,
    port,
    url: `http://127.0.0.1:${port}/recordings`,
    metrics,
    put: (key: string, bytes: Uint8Array) => kept.put(key, bytes, { sha256: hashOf(bytes) }),
    revoke(id: string) {
      revoked.add(id);
      for (const listener of listeners) listener(isRevoked);
    },
    async end() {
      await closeStack.close('the test is over');
      await kept.close('the test is over');
      await rm(folder, { recursive: true });
    },
  };
}
