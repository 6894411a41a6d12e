// Invitations of the first server, whose centre refuses ids of other invitations.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { invite } from '../../src/commands/invite.ts';
import type { Context } from '../../src/context.ts';

const token = `mti1.${'i'.repeat(16)}.${'s'.repeat(43)}.${'f'.repeat(43)}`;
const options = {
  region: 'singapore',
  domain: 'sgp.example.org',
  valid: '24h',
  gateway: true,
  recorder: true,
  library: true,
};

let [folder, printed]: [string, string[]] = ['', []];
let taken: string[] = [];
let server: Server;
let context: Context;
beforeEach(async () => {
  [folder, printed, taken] = [mkdtempSync(join(tmpdir(), 'meridian-invite-')), [], ['singapore-1', 'singapore-2']];
  server = createServer(async (request, response) => {
    if (request.method === 'GET') return response.end('{"nodes":[],"denied":[]}');
    const { hostId } = JSON.parse((await request.toArray()).join('')) as { hostId: string };
    const isTaken = taken.includes(hostId);
    const refusal = { code: 'NODE_ID_TAKEN', message: `another invitation holds sfu of ${hostId}` };
    return response.writeHead(isTaken ? 409 : 201).end(JSON.stringify(isTaken ? refusal : { token, expiresInMs: 1 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const scheduler = {
    httpHost: '127.0.0.1',
    httpPort: port,
    clusterToken: 't',
    linkHost: '203.0.113.11',
    linkPort: 7000,
  };
  // The page knows the new host already, so nothing restarts.
  const api = { publicUrl: 'https://fra.example.org', entryUrls: ['https://sgp.example.org'] };
  for (const [name, values] of Object.entries({ scheduler, api }))
    writeFileSync(join(folder, `${name}.yaml`), JSON.stringify(values));
  const say = (line: string) => printed.push(line);
  context = { folders: { etc: folder, state: folder }, out: say, err: say } as unknown as Context;
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

it('invite takes the first id that no invitation holds', async () => {
  await invite(options, context);
  expect(printed.join('\n')).toContain('its id is singapore-3');
  expect(printed.at(-1)).toBe(`meridian node join 'meridian-join:203.0.113.11:7000#${token}'`);
});

it('invite makes the page admit exactly the services of the new host', async () => {
  const file = join(folder, 'web.yaml');
  writeFileSync(file, 'entryUrls: [https://fra.example.org]\n');
  await invite(Object.assign({}, options, { recorder: false }), context);
  expect(parse(readFileSync(file, 'utf8'))).toEqual({
    entryUrls: ['https://fra.example.org', 'https://sgp.example.org'],
    gatewayUrls: ['https://sgp.example.org'],
    libraryUrls: ['https://sgp.example.org'],
  });
});

it('invite refuses a taken name with a remedy', async () => {
  const error = await invite(Object.assign({ host: 'singapore-2' }, options), context).catch((e: unknown) => e);
  expect(error).toMatchObject({
    code: 'HOST_ID_TAKEN',
    message: expect.stringContaining('holds sfu of singapore-2'),
    cure: expect.stringContaining('--host'),
  });
  expect(printed).toEqual([]);
});
