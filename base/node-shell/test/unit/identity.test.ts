import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlLink, limits, nodeKind, wire } from '@meridian/protocol';
import {
  Authority,
  ConfigError,
  CredentialStore,
  type Credentials,
  type Identity,
  ManualClock,
} from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectingLog } from '../../../runtime/test/support/log.ts';
import { until } from '../../../runtime/test/support/until.ts';
import { NodeIdentity } from '../../src/identity.ts';

const minuteMs = 60_000;
const ownIdentity: Identity = { id: 'node-a', kind: nodeKind.media, region: 'fra' };

let clock: ManualClock;
let authority: Authority;
let stateDir: string;
let file: string;
let lines: Record<string, unknown>[];
let open: () => Promise<NodeIdentity>;
beforeEach(async () => {
  clock = new ManualClock();
  authority = await Authority.create({ clock });
  stateDir = mkdtempSync(join(tmpdir(), 'meridian-identity-'));
  file = join(stateDir, 'credentials.json');
  const collected = collectingLog();
  lines = collected.lines;
  const config = { id: ownIdentity.id, region: ownIdentity.region, stateDir, enrolUrl: 'https://127.0.0.1:1' };
  open = () => NodeIdentity.open({ kind: nodeKind.media, config, clock, log: collected.log });
});
afterEach(() => rmSync(stateDir, { recursive: true }));

const issue = (identity: Identity = ownIdentity, ttlMs: number = limits.certificateLifetimeMs): Promise<Credentials> =>
  authority.issueCredentials(identity, ttlMs);
const store = (credentials: Credentials): void => new CredentialStore(file).save(credentials);
const stored = (): Credentials | undefined => new CredentialStore(file).load();

describe('stored credentials', () => {
  it('are used when they are of this node and valid', async () => {
    const credentials = await issue();
    store(credentials);
    expect((await open()).credentials).toEqual(credentials);
  });

  it.each<[string, () => Promise<void> | void]>([
    ['are missing', () => undefined],
    ['are torn', async () => writeFileSync(file, JSON.stringify(await issue()).slice(0, 200))],
    ['are of another id', async () => store(await issue({ ...ownIdentity, id: 'node-b' }))],
    ['are of another kind', async () => store(await issue({ ...ownIdentity, kind: nodeKind.signaling }))],
    ['are of another region', async () => store(await issue({ ...ownIdentity, region: 'sgp' }))],
  ])('that %s are not used: without a token the start fails, naming the key', async (_what, prepare) => {
    await prepare();
    const failure: unknown = await open().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect((failure as ConfigError).issues).toEqual([expect.objectContaining({ key: 'enrolmentToken' })]);
  });

  it('that cannot be read end the start with their own error, as a token would not help', async () => {
    mkdirSync(file);
    await expect(open()).rejects.toThrow(/EISDIR/);
  });
});

describe('the renewal', () => {
  /** Link to a centre that answers as the test sets, and counts requests. */
  class CentreStub implements ControlLink {
    asked = 0;
    answer: (csrPem: string) => Promise<wire.CertificateRenewed.$Properties>;
    constructor(answer: CentreStub['answer']) {
      this.answer = answer;
    }
    async request(_type: number, payload: Uint8Array): Promise<Uint8Array> {
      this.asked += 1;
      const { csrPem } = wire.RenewCertificate.decode(payload);
      return wire.CertificateRenewed.encode(await this.answer(csrPem)).finish();
    }
    send = (): boolean => true;
    onRequest = (): void => undefined;
    onMessage = (): void => undefined;
  }
  const issued = async (by: Authority, csrPem: string, identity = ownIdentity) => {
    const { certPem, notAfterMs } = await by.issue({ csrPem, identity, ttlMs: limits.certificateLifetimeMs });
    return { certPem, caPem: by.caPem, notAfterMs };
  };
  const failures = (): number => lines.filter(({ msg }) => msg === 'certificate not renewed; trying again').length;
  const untilDueMs = (limits.certificateLifetimeMs * 2) / 3;

  let first: Credentials;
  let identity: NodeIdentity;
  beforeEach(async () => {
    first = await issue();
    store(first);
    identity = await open();
  });
  afterEach(() => identity.close());

  it('begins when a third of the lifetime is left, and not before', async () => {
    const centre = new CentreStub(() => Promise.withResolvers<never>().promise);
    identity.watch(() => centre);
    clock.advance(untilDueMs - minuteMs);
    expect(centre.asked).toBe(0);
    clock.advance(minuteMs);
    await until('the centre is asked', () => centre.asked === 1);
    clock.advance(5 * minuteMs);
    expect(centre.asked).toBe(1); // and not again before the answer
  });

  it('leaves the old certificate when it fails, and is retried a minute later', async () => {
    const centre = new CentreStub(async () => {
      throw new Error('the centre is away');
    });
    identity.watch(() => centre);
    clock.advance(untilDueMs);
    await until('it has failed', () => failures() === 1);
    expect(identity.credentials).toEqual(first);
    // A certificate for another key, and one without our authority, are failures as well.
    centre.answer = async () => ({ certPem: first.certPem, caPem: first.caPem, notAfterMs: first.notAfterMs });
    clock.advance(minuteMs);
    await until('it has failed again', () => failures() === 2);
    expect(stored()).toEqual(first);

    centre.answer = (csrPem) => issued(authority, csrPem);
    const renewed = Promise.withResolvers<Credentials>();
    identity.onRenewed(renewed.resolve);
    clock.advance(minuteMs);
    expect((await renewed.promise).notAfterMs).toBeGreaterThan(first.notAfterMs);
    expect(centre.asked).toBe(3);
  });

  it("at the centre's request is made at once, unless the authorities match already", async () => {
    const next = await Authority.create({ clock });
    const centre = new CentreStub(async (csrPem) => {
      const { certPem, notAfterMs } = await issued(next, csrPem);
      return { certPem, caPem: authority.caPem + next.caPem, notAfterMs };
    });
    expect(identity.authorities).toEqual([authority.fingerprint]);
    identity.renewUnder([authority.fingerprint], centre);
    expect(centre.asked).toBe(0);
    const renewed = Promise.withResolvers<Credentials>();
    identity.onRenewed(renewed.resolve);
    identity.renewUnder([next.fingerprint, authority.fingerprint], centre);
    identity.renewUnder([next.fingerprint, authority.fingerprint], centre); // repeated before the answer
    await renewed.promise;
    expect(identity.authorities).toEqual([next.fingerprint, authority.fingerprint]);
    identity.renewUnder(identity.authorities, centre);
    await until('the centre was asked', () => centre.asked > 0);
    expect(centre.asked).toBe(1);
  });

  it('brings a new key and the CA that the centre sends, and is stored before its use', async () => {
    const nextAuthority = await Authority.create({ clock });
    const centre = new CentreStub((csrPem) => issued(nextAuthority, csrPem));
    identity.watch(() => centre);
    const renewedFile = Promise.withResolvers<{ renewed: Credentials; inFile: string }>();
    identity.onRenewed((renewed) => renewedFile.resolve({ renewed, inFile: readFileSync(file, 'utf8') }));
    clock.advance(untilDueMs);
    const { renewed, inFile } = await renewedFile.promise;
    expect(renewed.caPem).toBe(nextAuthority.caPem);
    expect(renewed.keyPem).not.toBe(first.keyPem);
    expect(renewed.identity).toEqual(ownIdentity);
    expect(JSON.parse(inFile)).toEqual(renewed);
    expect(identity.credentials).toBe(renewed);
  });

  it('waits for a link to the centre', async () => {
    const centre = new CentreStub((csrPem) => issued(authority, csrPem));
    let link: ControlLink | undefined;
    identity.watch(() => link);
    clock.advance(untilDueMs + 5 * minuteMs);
    link = centre;
    const renewed = Promise.withResolvers<Credentials>();
    identity.onRenewed(renewed.resolve);
    clock.advance(minuteMs);
    await renewed.promise;
    expect(centre.asked).toBe(1);
  });

  it('ends with the node: no timer is left, and a late answer changes nothing', async () => {
    const held = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    const centre = new CentreStub(async (csrPem) => {
      await held.promise;
      const answer = await issued(authority, csrPem);
      setImmediate(answered.resolve); // nothing else is pending until the answer is taken
      return answer;
    });
    identity.watch(() => centre);
    let renewals = 0;
    identity.onRenewed(() => {
      renewals += 1;
    });
    clock.advance(untilDueMs);
    await until('the centre is asked', () => centre.asked === 1);
    identity.close();
    identity.close();
    held.resolve();
    await answered.promise;
    expect(clock.pendingTimers).toBe(0);
    expect(renewals).toBe(0);
    expect(stored()).toEqual(first);
  });
});
