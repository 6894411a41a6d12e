import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { forget } from '../../src/commands/forget.ts';
import { invite } from '../../src/commands/invite.ts';
import type { Context } from '../../src/context.ts';

const day91Ms = 91 * 86_400_000;
const tokens = '1.abc.defdefdef.0123456789abcdef';
const web = `entryUrls:
  - https://meet.example.org
  # of Singapore
  - https://sgp.example.org
connectUrls: []
gatewayUrls: [https://meet.example.org, https://sgp.example.org] # by invite
libraryUrls: [https://sgp.example.org, https://tyo.example.org]
`;

interface Node {
  nodeId: string;
  hostId: string;
  liveness: string;
}
let server: Server;
let folder: string;
let nodes: Node[];
let denied: { nodeId: string; reason: string; sinceWallMs: number }[];
let ahead: { nodeId: string }[];
let said: string[];
let asked: { path: string; body: Record<string, unknown> }[];

beforeEach(async () => {
  [nodes, denied, ahead, said, asked] = [[], [], [], [], []];
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, unknown>;
    const path = String(request.url);
    if (request.method !== 'GET') asked.push({ path: `${request.method} ${path}`, body });
    const [, id = ''] = /^\/v1\/nodes\/([^/]+)\/deny$/.exec(path) ?? [];
    if (id !== '') denied = denied.filter(({ nodeId }) => nodeId !== id);
    if (id !== '' && request.method === 'POST')
      denied.push({ nodeId: id, reason: String(body['reason']), sinceWallMs: Date.now() });
    if (path.endsWith('/uncordon')) ahead = [];
    const answer = path === '/v1/fleet' ? { nodes, denied, commandsAhead: ahead } : { token: `mti1.${tokens}` };
    response.end(JSON.stringify(answer));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  folder = mkdtempSync(join(tmpdir(), 'meridian-forget-'));
  const { port } = server.address() as AddressInfo;
  const centre = { httpHost: '127.0.0.1', httpPort: port, clusterToken: 't', linkUrl: 'wss://203.0.113.11:7000' };
  writeFileSync(join(folder, 'scheduler.yaml'), JSON.stringify(centre));
  writeFileSync(join(folder, 'host.yaml'), 'hostId: frankfurt-1\n');
  writeFileSync(join(folder, 'web.yaml'), web);
  writeFileSync(
    join(folder, 'api.yaml'),
    'publicUrl: https://meet.example.org\nentryUrls: [https://meet.example.org, https://sgp.example.org]\n',
  );
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

const context = (): Context => {
  const say = (text: string): void => void said.push(text);
  return { folders: { etc: folder, state: folder }, out: say, err: say } as unknown as Context;
};
const inviting = (domain = 'sgp.example.org', host?: string) =>
  invite(
    {
      region: 'singapore',
      domain,
      valid: '1h',
      gateway: true,
      recorder: true,
      library: true,
      ...(host === undefined ? {} : { host }),
    },
    context(),
  );
const invitedIds = () =>
  asked.filter(({ path }) => path === 'POST /v1/invitations').map(({ body }) => body['hostId'] as string);
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

it('forget denies every node of the host, and removes its name from page and api, whose comments stay', async () => {
  await inviting();
  nodes = [{ nodeId: 'odd', hostId: 'singapore-1', liveness: 'dead' }];
  ahead = [{ nodeId: 'sfu-singapore-1-1' }, { nodeId: 'sfu-frankfurt-1-1' }];
  await forget('singapore-1', {}, context());
  const ids = denied.map(({ nodeId }) => nodeId);
  for (const id of ['sig', 'gw', 'probe', 'api', 'rec', 'lib']) expect(ids).toContain(`${id}-singapore-1`);
  for (const id of ['sfu-singapore-1-1', 'sfu-singapore-1-64', 'odd']) expect(ids).toContain(id);
  expect(ids).toHaveLength(6 + 64 + 1);
  const uncordoned = asked.filter(({ path }) => path.endsWith('/uncordon')).map(({ path }) => path);
  expect(uncordoned).toEqual(['POST /v1/nodes/sfu-singapore-1-1/uncordon']);
  expect(read('web.yaml')).toBe(`entryUrls:
  - https://meet.example.org
connectUrls: []
gatewayUrls: [ https://meet.example.org ] # by invite
libraryUrls: [ https://tyo.example.org ]
`);
  expect(read('api.yaml')).not.toContain('sgp');
  expect(read('invited.yaml')).not.toContain('singapore');
});

it('a second forget sends no request, and keeps the host that has the name now', async () => {
  await inviting();
  await forget('singapore-1', {}, context());
  const before = asked.length;
  await forget('singapore-1', {}, context());
  expect(asked).toHaveLength(before);
  await inviting();
  expect(invitedIds()).toEqual(['singapore-1', 'singapore-2']);
  await forget('singapore-1', { domain: 'sgp.example.org' }, context());
  expect(read('web.yaml')).toContain('sgp.example.org');
});

it('forget is refused while a node is alive, unless forced', async () => {
  nodes = [
    { nodeId: 'sfu-singapore-1-1', hostId: 'singapore-1', liveness: 'suspect' },
    { nodeId: 'sfu-singapore-11-1', hostId: 'singapore-11', liveness: 'alive' },
  ];
  await expect(forget('singapore-1', {}, context())).rejects.toMatchObject({
    code: 'HOST_ALIVE',
    message: 'singapore-1 is alive: sfu-singapore-1-1',
  });
  expect(asked).toEqual([]);
  await forget('singapore-1', { force: true, domain: 'sgp.example.org' }, context());
  expect(denied.map(({ nodeId }) => nodeId)).toContain('sfu-singapore-1-1');
  expect(denied.map(({ nodeId }) => nodeId)).not.toContain('sfu-singapore-11-1');
  expect(read('web.yaml')).not.toContain('sgp');
});

it('forget refuses an unknown host and the first server itself', async () => {
  await inviting('sgp.example.org', 'sgp');
  const unknown = { code: 'HOST_UNKNOWN', cure: expect.stringContaining('known are sgp') };
  await expect(forget('singapore-1', {}, context())).rejects.toMatchObject(unknown);
  await expect(forget('frankfurt-1', {}, context())).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  expect(denied).toEqual([]);
});

it('a forgotten id is free again after 91 days; denials by an administrator stay', async () => {
  await inviting();
  await forget('singapore-1', {}, context());
  denied = denied.map((one) => Object.assign({}, one, { sinceWallMs: Date.now() - day91Ms + 60_000 }));
  await inviting();
  expect(invitedIds().at(-1)).toBe('singapore-2');
  denied = denied.map((one) => Object.assign({}, one, { sinceWallMs: Date.now() - day91Ms - 1 }));
  denied.push({ nodeId: 'sfu-tokyo-1-1', reason: 'stolen', sinceWallMs: 0 });
  await inviting('new.example.org');
  expect(invitedIds().at(-1)).toBe('singapore-1');
  expect(denied.map(({ nodeId }) => nodeId)).toEqual(['sfu-tokyo-1-1']);
});
