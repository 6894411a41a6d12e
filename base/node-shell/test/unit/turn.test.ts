import { createHmac } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, createLogger, ManualClock } from '@meridian/runtime';
import { afterAll, describe, expect, it } from 'vitest';
import { mintIceServer, readTurnUrl } from '../../src/core/turn.ts';
import { type TurnConfig, TurnServers, turnIssues } from '../../src/turn.ts';

const folder = mkdtempSync(join(tmpdir(), 'meridian-turn-'));
afterAll(() => rmSync(folder, { recursive: true }));
const secret = 'north-star-0123456789abcdefghijkl';
const url = 'turn:turn.example.org:3478?transport=udp';
const config: TurnConfig = { urls: [url], secret, lifetimeMs: 43_200_000 };
const fileOf = (text: string, mode = 0o600): string => {
  const path = join(folder, 'turn.secret');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
};

describe('credentials', () => {
  const sign = (text: string): string => createHmac('sha1', secret).update(text).digest('base64');

  it('consist of their end in seconds with the session, and the HMAC-SHA1 of that (printf NAME | openssl dgst -sha1 -hmac SECRET -binary | base64)', () => {
    const wallMs = 1_793_577_600_999;
    const credentials = mintIceServer(config, { sessionId: 'PA_0123456789abcdef', wallMs, sign });
    expect(credentials).toEqual({
      urls: [url],
      username: '1793620800:PA_0123456789abcdef',
      credential: 'uVbeciUVG4LpOmofr/i5NWrp7yQ=',
    });
  });

  it("are new each time, by the node's clock and the secret in the file", () => {
    const clock = new ManualClock();
    const servers = new TurnServers({ urls: [url], secretFile: fileOf(`${secret}\n`), lifetimeMs: 60_000 }, clock);
    const [first] = servers.serversFor('PA_a');
    clock.advance(2000);
    const [second] = servers.serversFor('PA_a');
    const endS = (username = ''): number => Number(username.split(':')[0]);
    expect(endS(first?.username)).toBe(Math.floor((clock.wallMs() - 2000 + 60_000) / 1000));
    expect(endS(second?.username) - endS(first?.username)).toBe(2);
    expect(second?.credential).toBe(sign(second?.username ?? ''));
  });

  it('are valid no longer than the session may last', () => {
    const clock = new ManualClock();
    const servers = new TurnServers({ urls: [url], secret, lifetimeMs: 60_000 }, clock);
    const endsMs = (lifeMs?: number) => Number(servers.serversFor('PA_a', lifeMs)[0]?.username.split(':')[0]) * 1000;
    const nowMs = Math.floor(clock.wallMs() / 1000) * 1000;
    expect([endsMs(), endsMs(30_000), endsMs(90_000)].map((at) => at - nowMs)).toEqual([60_000, 30_000, 60_000]);
  });

  it('are absent where no servers are configured', () => {
    expect(new TurnServers(undefined, new ManualClock()).serversFor('PA_a')).toEqual([]);
  });

  it('and the secret never appear in the log', () => {
    const logLines: string[] = [];
    const log = createLogger({
      name: 'test',
      level: 'info',
      destination: { write: (line) => void logLines.push(line) },
    });
    const turn = new TurnServers(config, new ManualClock());
    const iceServers = turn.serversFor('PA_a');
    log.info({ config: { turn: config }, turn, joined: { iceServers } }, 'joined');
    const text = logLines.join('');
    expect(text).toContain('turn.example.org');
    expect(text).toContain('[redacted]');
    for (const hidden of [secret, iceServers[0]?.credential ?? '']) expect(text).not.toContain(hidden);
  });
});

describe('the address of a TURN server', () => {
  it.each([
    ['turn:turn.example.org:3478?transport=udp', { host: 'turn.example.org', port: 3478, transport: 'udp' }],
    ['turn:192.0.2.7?transport=tcp', { host: '192.0.2.7', port: 3478, transport: 'tcp' }],
    ['turn:[2001:db8::7]:443', { host: '2001:db8::7', port: 443, transport: 'udp' }],
    ['turns:turn.example.org:443?transport=tcp', { host: 'turn.example.org', port: 443, transport: 'tls' }],
    ['turns:turn', { host: 'turn', port: 5349, transport: 'tls' }],
  ])('is parsed: %s', (text, expected) => expect(readTurnUrl(text)).toEqual(expected));

  it.each([
    'http://turn.example.org',
    'turn://turn.example.org:3478',
    'stun:stun.example.org',
    'turn.example.org:3478',
    'turn:',
    'turn:user:pass@turn.example.org',
    'turn:turn.example.org:3478?transport=tls',
    'turn:turn.example.org:3478?transport=udp&a=b',
    'turn:turn.example.org:0',
    'turn:turn.example.org:65536',
    'turn:2001:db8::7',
    'turn:-turn.example.org',
    'turn:turn.example.org\r\nx: y',
    'turn:turn.example.org>; rel="a"',
    'turns:turn.example.org?transport=udp',
  ])('is refused: %j', (text) => expect(readTurnUrl(text)).toHaveProperty('refused'));
});

describe('the configuration', () => {
  const issuesOf = (change: Partial<Record<keyof TurnConfig, unknown>>) =>
    turnIssues(Object.assign({}, config, change) as TurnConfig).map(({ key, isWarning }) => [key, isWarning]);
  const byFile = (path: string) => issuesOf({ secret: undefined, secretFile: path });

  it('is optional, and needs one secret, here or in a file', () => {
    expect(turnIssues(undefined)).toEqual([]);
    expect(issuesOf({})).toEqual([]);
    expect(byFile(fileOf(`${secret}\n`, 0o640))).toEqual([]);
    expect(issuesOf({ secret: undefined })).toEqual([['turn.secret', undefined]]);
    expect(issuesOf({ secretFile: fileOf(secret) })).toEqual([['turn.secretFile', undefined]]);
  });

  it('reports an invalid address, and warns of an address that leads clients to themselves', () => {
    expect(issuesOf({ urls: [url, 'https://turn.example.org'] })).toEqual([['turn.urls[1]', undefined]]);
    expect(issuesOf({ urls: ['turn:localhost:3478', url] })).toEqual([['turn.urls[0]', true]]);
  });

  it.each<[string, string, number, boolean | undefined]>([
    ['is too short', 'short', 0o600, undefined],
    ['can be guessed', 'x'.repeat(40), 0o600, undefined],
    ['comes from the documentation', 'REPLACE-openssl-rand-base64-32-AAAAAAAA', 0o600, undefined],
    ['has a second line', `${secret}\n${secret}`, 0o600, undefined],
    ['is much too long', secret.repeat(200), 0o600, undefined],
    ['all users can read', secret, 0o644, true],
  ])('reports a file whose secret %s, and never shows it', (_what, text, mode, isWarning) => {
    const path = fileOf(text, mode);
    expect(byFile(path)).toEqual([['turn.secretFile', isWarning]]);
    expect(JSON.stringify(turnIssues({ urls: [url], secretFile: path, lifetimeMs: 60_000 }))).not.toContain(text);
  });

  it('fails the start without its file', () => {
    const absent = { urls: [url], secretFile: join(folder, 'absent'), lifetimeMs: 60_000 };
    expect(turnIssues(absent).map(({ key }) => key)).toEqual(['turn.secretFile']);
    expect(() => new TurnServers(absent, new ManualClock())).toThrow(ConfigError);
  });
});
