import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withDistribution } from '../../local/distribution-specs.ts';
import { readOptions } from '../../local/options.ts';
import { receiverCredential } from '../../local/receivers.ts';
import { type ChildSpec, topology } from '../../local/topology.ts';

const devKey = { key: 'k', secret: 'x' };
const secrets = { clusterToken: 't', clusterSecret: 's', devKey, sealSecret: 's', operatorKey: devKey };

function specs(...args: string[]): ChildSpec[] {
  const options = readOptions(args, { repository: '/', workerBin: '' });
  if (options === 'help') throw new Error('no help was asked for');
  return topology(options, secrets);
}

it('nothing is distributed without the option', () => {
  const usual = specs();
  expect(usual.filter(({ kind }) => kind === 'receiver' || kind === 'redis')).toEqual([]);
  expect(usual.filter(({ config }) => 'distribution' in config)).toEqual([]);
});

describe('with --distribution', () => {
  const all = specs('--distribution', '--standby', '--port-offset', '100', '--metrics');

  it('a second Redis and a receiver in each region are added after all other processes', () => {
    expect(all.filter(({ kind }) => kind === 'redis').map(({ id }) => id)).toEqual(['redis-notices', 'redis']);
    expect(all.slice(-2).map(({ id }) => id)).toEqual(['rcv-fra', 'rcv-sgp']);
    const places = all.flatMap(({ endpoints }) => endpoints.map((e) => `${e.protocol} ${e.ip}:${e.port}`));
    expect(new Set(places).size).toBe(places.length);
  });

  it('the api and library nodes have the same four channels, and no other process has any', () => {
    const having = all.filter(({ config }) => 'distribution' in config);
    expect(having.map(({ kind }) => kind).sort()).toEqual(['api', 'library', 'library']);
    const url = 'redis://127.0.0.1:7106';
    const channels = ['a', 'b', 'c', 'd'].map((name) => ({ name, url }));
    for (const { config } of having) expect(config['distribution']).toEqual({ channels });
  });
});

describe('the credential of a receiver', () => {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-receivers-'));
  const asked: { headers: IncomingHttpHeaders; url: string | undefined; body: unknown }[] = [];
  let answer: readonly [number, object] = [201, { credential: 'mrk_one' }];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    asked.push({ headers: request.headers, url: request.url, body: JSON.parse(Buffer.concat(chunks).toString()) });
    response.writeHead(answer[0], { 'content-type': 'application/json' }).end(JSON.stringify(answer[1]));
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await new Promise((resolve) => server.close(resolve));
  });

  const spec = (): ChildSpec => {
    const { port } = server.address() as AddressInfo;
    const o = { portOffset: port - 7800, stateDir: folder, logLevel: 'info' };
    const redis = specs('--distribution')[0];
    const found = redis === undefined ? undefined : withDistribution([], o, redis).find(({ id }) => id === 'rcv-fra');
    if (found === undefined) throw new Error('no receiver');
    return Object.assign({}, found, { config: Object.assign({}, found.config, { stateDir: folder }) });
  };

  it.each([
    [409, { code: 'CONFLICT' }],
    [201, { id: 'RC_1' }],
  ])('is not made from the answer %i %j of the api', async (status, body) => {
    answer = [status, body];
    await expect(receiverCredential(spec(), devKey)).rejects.toThrow('rcv-fra');
  });

  it('is made once, signed for by the local tenant, and readable by its user alone', async () => {
    asked.length = 0;
    answer = [201, { credential: 'mrk_one' }];
    expect(await receiverCredential(spec(), devKey)).toBe('mrk_one');
    expect(await receiverCredential(spec(), devKey)).toBe('mrk_one');
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      url: '/api/v1/distribution/receivers',
      body: { kind: 'agent', name: 'rcv-fra', region: 'frankfurt', site: 'site-fra' },
    });
    const [head, claims, signature] = asked[0]?.headers.authorization?.replace('Bearer ', '').split('.') ?? [];
    expect(createHmac('sha256', 'x').update(`${head}.${claims}`).digest('base64url')).toBe(signature);
    expect(statSync(join(folder, 'credential')).mode & 0o777).toBe(0o600);
  });
});
