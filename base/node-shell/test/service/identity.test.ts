// Tests enrolment at a centre that issues certificates: once by a token, afterwards from the state folder.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeKind } from '@meridian/protocol';
import {
  Authority,
  EnrolmentTokens,
  enrolmentHandler,
  LinkServer,
  memoryKeyValue,
  secureRng,
  systemClock,
} from '@meridian/runtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { collectingLog } from '../../../runtime/test/support/log.ts';
import { NodeIdentity } from '../../src/identity.ts';

const clock = systemClock();
const { log } = collectingLog();
const identity = { id: 'node-a', kind: nodeKind.media, region: 'fra' };

let folder: string;
let tokens: EnrolmentTokens;
let centre: LinkServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-identity-'));
  const authority = await Authority.create({ clock });
  const kv = memoryKeyValue({ clock, maxEntries: 100 });
  tokens = new EnrolmentTokens({ kv, rng: secureRng(), clock, fingerprint: authority.fingerprint });
  centre = await LinkServer.listen({
    host: '127.0.0.1',
    port: 0,
    credentials: await authority.issueCredentials({ id: 'centre', kind: nodeKind.centre, region: 'x' }, 60_000),
    log,
    clock,
    accept: () => true,
    onLink: () => undefined,
    onHttp: enrolmentHandler({ authority, tokens, ttlMs: 60_000, log }),
  });
});
afterEach(async () => {
  await centre.close('test over');
  rmSync(folder, { recursive: true });
});

const open = (changes: { id?: string; enrolmentToken?: string }) =>
  NodeIdentity.open({
    kind: nodeKind.media,
    config: {
      id: 'node-a',
      region: 'fra',
      stateDir: join(folder, 'state'),
      enrolUrl: `https://127.0.0.1:${centre.port}`,
      ...changes,
    },
    clock,
    log,
  });

it('a certificate comes from an enrolment token once, and is stored for the owner alone', async () => {
  const enrolmentToken = await tokens.mint(identity, 60_000);
  const first = await open({ enrolmentToken });
  expect(first.credentials.identity).toEqual(identity);
  expect(statSync(join(folder, 'state', 'credentials.json')).mode & 0o777).toBe(0o600);
  const second = await open({});
  expect(second.credentials).toEqual(first.credentials);
});

it('a stored certificate of another node is not used; enrolling anew needs an unused token', async () => {
  const enrolmentToken = await tokens.mint(identity, 60_000);
  const { credentials } = await open({ enrolmentToken });
  await expect(open({ id: 'node-b', enrolmentToken })).rejects.toMatchObject({ code: 'ENROL_REFUSED' });
  expect((await open({})).credentials).toEqual(credentials); // the stored one is unchanged
});

it.each([
  ['of an unknown form', async () => 'nonsense', 'ENROL_BAD_TOKEN'],
  ['for another kind of node', () => tokens.mint({ ...identity, kind: nodeKind.signaling }, 60_000), 'ENROL_BAD_REPLY'],
])('an enrolment is refused for a token %s, with the reason', async (_what, mint, code) => {
  await expect(open({ enrolmentToken: await mint() })).rejects.toMatchObject({ code });
  await expect(open({})).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});
