// Tests a node whose certificate expired while it, or the centre, was away. The test turns both clocks.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits, nodeKind } from '@meridian/protocol';
import {
  Authority,
  ConfigError,
  CredentialStore,
  type Credentials,
  EnrolmentTokens,
  enrolmentHandler,
  LinkServer,
  ManualClock,
  memoryKeyValue,
  renewalHandler,
  secureRng,
} from '@meridian/runtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { collectingLog } from '../../../runtime/test/support/log.ts';
import { until } from '../../../runtime/test/support/until.ts';
import { NodeIdentity } from '../../src/identity.ts';

const dayMs = 86_400_000;
const own = { id: 'node-a', kind: nodeKind.media, region: 'fra' };

let clock: ManualClock;
let authority: Authority;
let tokens: EnrolmentTokens;
let denied: Set<string>;
let stateDir: string;
let store: CredentialStore;
let stored: Credentials;
let lines: Record<string, unknown>[];
let log: ReturnType<typeof collectingLog>['log'];
const cleanups: (() => unknown)[] = [];
beforeEach(async () => {
  clock = new ManualClock({ wallMs: Date.now() });
  authority = await Authority.create({ clock });
  const kv = memoryKeyValue({ clock, maxEntries: 100 });
  tokens = new EnrolmentTokens({ kv, rng: secureRng(), clock, fingerprint: authority.fingerprint });
  denied = new Set();
  ({ log, lines } = collectingLog());
  stateDir = mkdtempSync(join(tmpdir(), 'meridian-lapsed-'));
  cleanups.push(() => rmSync(stateDir, { recursive: true }));
  store = new CredentialStore(join(stateDir, 'credentials.json'));
  stored = await authority.issueCredentials(own, dayMs);
  store.save(stored);
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function openCentre(port = 0): Promise<number> {
  const enrol = enrolmentHandler({ authority, tokens, ttlMs: dayMs, log });
  const renew = renewalHandler({
    authority,
    clock,
    log,
    ttlMs: dayMs,
    lapsedMsMax: limits.lapsedRenewalMs,
    isRenewable: () => true,
    isDenied: async (nodeId) => denied.has(nodeId),
    onRenewed: () => undefined,
  });
  const server = await LinkServer.listen({
    host: '127.0.0.1',
    port,
    credentials: await authority.issueCredentials({ id: 'centre', kind: nodeKind.centre, region: 'x' }, dayMs),
    log,
    clock,
    accept: () => true,
    onLink: () => undefined,
    onHttp: async (method, path, body, from) =>
      (await enrol(method, path, body, from)) ?? renew(method, path, body, from),
  });
  cleanups.push(() => server.close('test over'));
  return server.port;
}
const openIdentity = (port: number, changes: { id?: string; enrolmentToken?: string } = {}) => {
  const { id, region } = own;
  const config = { id, region, stateDir, enrolUrl: `https://127.0.0.1:${port}`, ...changes };
  return NodeIdentity.open({ kind: nodeKind.media, config, clock, log });
};
/** Returns the error of a start that fails. */
const failureOf = async (opening: Promise<unknown>): Promise<ConfigError> => {
  const failure: unknown = await opening.catch((error: unknown) => error);
  if (!(failure instanceof ConfigError)) throw failure;
  return failure;
};

it.each([1, 3, 89, 91])(
  'a node that starts %d days after its certificate was issued renews it by its old key',
  async (days) => {
    clock.advance(days * dayMs - 1000);
    const { credentials } = await openIdentity(await openCentre());
    expect(credentials.identity).toEqual(own);
    expect(credentials.notAfterMs).toBeGreaterThan(clock.wallMs() + dayMs - 1000);
    expect(store.load()).toEqual(credentials);
  },
);

it('a node needs a token after more than 90 days: the error names the cure, and a token works', async () => {
  clock.advance(91 * dayMs + 1000);
  const port = await openCentre();
  const { issues } = await failureOf(openIdentity(port));
  expect(issues).toMatchObject([{ key: 'enrolmentToken', allowed: expect.stringMatching(/too long ago: invite/) }]);
  expect(store.load()).toEqual(stored);
});

it('a node that is shut out does not start, and the error says how it is admitted', async () => {
  clock.advance(3 * dayMs);
  denied.add(own.id);
  const { issues } = await failureOf(openIdentity(await openCentre()));
  expect(issues).toMatchObject([{ key: 'enrolmentToken', allowed: expect.stringMatching(/shut out.+DELETE/) }]);
});

it('a node of a cluster that has another authority now does not start, and sends it nothing', async () => {
  clock.advance(3 * dayMs);
  authority = await Authority.create({ clock });
  const { issues } = await failureOf(openIdentity(await openCentre()));
  expect(issues).toMatchObject([{ key: 'enrolmentToken', allowed: expect.stringMatching(/another authority/) }]);
  expect(lines.filter(({ msg }) => msg === 'a certificate that had run out was not renewed')).toEqual([]);
});

it('a node of a cluster that has another authority now enrols with a token', async () => {
  // `enrol` judges certificates by this machine's clock, by which the old one has expired.
  const past = new ManualClock({ wallMs: clock.wallMs() - 3 * dayMs });
  const old = await Authority.create({ clock: past });
  store.save(await old.issueCredentials(own, dayMs));
  const port = await openCentre();
  const { credentials } = await openIdentity(port, { enrolmentToken: await tokens.mint(own, dayMs) });
  expect(credentials.caPem.trim()).toBe(authority.caPem.trim());
});

it('a node waits for an absent centre, logs that once, and starts when the centre is there', async () => {
  clock.advance(3 * dayMs);
  const port = await openCentre();
  await cleanups.pop()?.(); // the port is free again
  const opening = openIdentity(port);
  for (let tries = 0; tries < 4; tries += 1) {
    await until('a try has failed', () => clock.pendingTimers === 1);
    clock.advance(15_000);
  }
  await until('a try has failed', () => clock.pendingTimers === 1);
  const waits = lines.filter(({ msg }) => msg === 'the certificate has run out and is not renewed yet; trying');
  expect(waits).toMatchObject([{ err: { code: 'ENROL_UNREACHABLE' } }]);
  await openCentre(port);
  clock.advance(15_000);
  expect((await opening).credentials.identity).toEqual(own);
});

it('a node whose clock is wrong logs that, and goes on when the clock is set', async () => {
  const centreMs = clock.wallMs();
  const port = await openCentre();
  clock.advance(30 * dayMs); // only on the node's machine: the centre's certificate is current
  const opening = openIdentity(port);
  await until('it says so', () => lines.some(({ err }) => (err as { code?: string })?.code === 'ENROL_CLOCK'));
  // With the clock set back, the stored certificate is valid.
  clock.wallMs = () => centreMs;
  clock.advance(15_000);
  expect((await opening).credentials).toEqual(stored);
});

it('a node that runs for days without a centre renews by its old key when a centre is back', async () => {
  const port = await openCentre();
  const identity = await openIdentity(port);
  cleanups.push(() => identity.close());
  identity.watch(() => undefined);
  clock.advance(dayMs - 60_000);
  await cleanups.splice(-2, 1)[0]?.();
  clock.advance(3 * dayMs);
  await openCentre(port);
  const renewed = Promise.withResolvers<Credentials>();
  identity.onRenewed(renewed.resolve);
  await until('it has renewed', () => {
    clock.advance(60_000);
    return identity.credentials !== stored;
  });
  expect((await renewed.promise).notAfterMs).toBeGreaterThan(clock.wallMs());
  expect(store.load()).toEqual(identity.credentials);
});
