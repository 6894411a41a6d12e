import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { Authority, CredentialStore, systemClock } from '@meridian/runtime';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { centre } from '../../src/commands/centre.ts';
import type { Context } from '../../src/context.ts';
import { centresOf } from '../../src/options.ts';

const HOUR_MS = 3_600_000;
const text = `# shared
hostId: frankfurt-1
# The centre.
centreUrl: wss://203.0.113.11:7000 # by hand
regionCentreUrl: wss://127.0.0.1:7010
enrolUrl: https://203.0.113.11:7000
`;

let ownAuthority: Authority;
const servers: Server[] = [];
/** Starts a server with a certificate of this authority and returns its `HOST:PORT`. */
async function answering(authority: Authority, kind = 'scheduler'): Promise<string> {
  const { keyPem: key, certPem: cert } = await authority.issueCredentials({ id: 'c', kind, region: 'eu' }, HOUR_MS);
  const server = createServer({ key, cert, minVersion: 'TLSv1.3' }, (socket) => socket.on('error', () => undefined));
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

let [ours, otherCloud, media, silent] = ['', '', '', ''];
beforeAll(async () => {
  ownAuthority = await Authority.create({ clock: systemClock() });
  [ours, media] = [await answering(ownAuthority), await answering(ownAuthority, 'sfu')];
  otherCloud = await answering(await Authority.create({ clock: systemClock() }));
  silent = await answering(ownAuthority);
  servers.pop()?.close();
});
afterAll(() => {
  for (const server of servers) server.close();
});

let folder: string;
let file: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-centre-'));
  file = join(folder, 'host.yaml');
  writeFileSync(file, text);
  for (const name of ['scheduler', 'signaling', 'sfu-1', 'web']) writeFileSync(join(folder, `${name}.yaml`), '');
  mkdirSync(join(folder, 'sfu-1'));
  const identity = { id: 'sfu-frankfurt-1-1', kind: 'sfu', region: 'frankfurt' };
  new CredentialStore(join(folder, 'sfu-1/credentials.json')).save(
    await ownAuthority.issueCredentials(identity, HOUR_MS),
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function setUp() {
  const restarted: string[] = [];
  const said: string[] = [];
  const say = (line: string) => said.push(line);
  const context = { folders: { etc: folder, state: folder }, out: say, err: say } as unknown as Context;
  const how = { isActive: async () => true, restart: async (unit: string) => restarted.push(unit) };
  return { restarted, said, run: (addresses: string) => centre(addresses, context, how) };
}

it('the address is written with comments kept, and only nodes restart; a second run changes nothing', async () => {
  const { restarted, said, run } = setUp();
  await run(ours);
  expect(readFileSync(file, 'utf8')).toBe(text.replaceAll('203.0.113.11:7000', ours));
  expect(restarted).toEqual(['meridian-signaling.service', 'meridian-sfu@1.service']);
  await run(ours);
  expect(restarted).toHaveLength(2);
  expect(said.at(-1)).toContain('already');
});

it('one answering centre of several is enough, and the silent ones are named', async () => {
  const { said, run } = setUp();
  await run(`${ours},${silent}`);
  expect(said).toContain(`warn  no centre answers at ${silent}`);
  expect(readFileSync(file, 'utf8')).toContain(`enrolUrl: https://${ours},https://${silent}\n`);
});

it.each([
  ['silence', () => silent, 'CENTRE_AWAY'],
  ['a centre of another cloud', () => otherCloud, 'CENTRE_OTHER'],
  ['a centre of another cloud behind a good one', () => `${ours},${otherCloud}`, 'CENTRE_OTHER'],
  ['another node of this cloud', () => media, 'CENTRE_OTHER'],
  ["an instance of the host's region", () => '127.0.0.1:7010', 'OPTION_INVALID'],
  ['no address', () => 'x', 'OPTION_INVALID'],
])('%s changes nothing', async (_what, addresses, code) => {
  const { restarted, run } = setUp();
  await expect(run(addresses())).rejects.toMatchObject({ code });
  expect([readFileSync(file, 'utf8'), restarted]).toEqual([text, []]);
});

it('a host without nodes or without a certificate is refused', async () => {
  const { run } = setUp();
  rmSync(join(folder, 'sfu-1'), { recursive: true });
  await expect(run(ours)).rejects.toMatchObject({ code: 'CERTIFICATE_MISSING' });
  for (const name of ['signaling', 'sfu-1']) rmSync(join(folder, `${name}.yaml`));
  await expect(run(ours)).rejects.toMatchObject({ code: 'HOST_MISSING' });
});

it('addresses are HOST:PORT, at most eight, each once', () => {
  expect(centresOf('203.0.113.11:7000, [2001:db8::1]:7000,centre.example.org:65535')).toHaveLength(3);
  const nine = Array.from({ length: 9 }, (_, at) => `10.0.0.${at + 1}:7000`).join(',');
  const wrong = ['', '10.0.0.1', '10.0.0.1:', '10.0.0.1:0', '10.0.0.1:65536', '10.0.0.1:7000,', '0.0.0.0:7000'];
  for (const bad of [...wrong, 'wss://10.0.0.1:7000', '2001:db8::1:7000', '[10.0.0.1]:7000', 'a b:7000', '[::]:7000'])
    expect(() => centresOf(bad), bad).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  for (const bad of [nine, '10.0.0.1:7000,10.0.0.1:7000']) expect(() => centresOf(bad)).toThrow();
});
