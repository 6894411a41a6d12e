import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { shellEnv, sourceLine } from '../../local/shell-env.ts';
import { topology } from '../../local/topology.ts';
import { temporaryTree } from '../support/tree.ts';

const secrets = {
  clusterToken: 'cluster',
  clusterSecret: 's',
  devKey: { key: 'devkey', secret: "it's $HOME `x`" },
  sealSecret: 's',
  operatorKey: { key: 'o', secret: 'y' },
};
const options = { stateDir: '/state', pageDir: '/page', workerBin: '', logLevel: 'info', nodesPerRegion: 1 };

it('a shell that reads the file has the URLs of this start, and unchanged keys', () => {
  const stateDir = join(temporaryTree(), 'a folder of mine');
  mkdirSync(stateDir);
  writeFileSync(join(stateDir, 'env'), shellEnv(topology({ ...options, portOffset: 1000 }, secrets), secrets));
  const names = ['URL', 'API_KEY', 'API_SECRET', 'ENTRY_URL', 'GATEWAY_URL', 'CENTRE_HTTP', 'CENTRE_TOKEN'];
  const print = names.map((name) => `printf '%s\\n' "$MERIDIAN_${name}"`).join('\n');
  const printed = execFileSync('sh', ['-euc', `${sourceLine(stateDir)}\n${print}`], { encoding: 'utf8', env: {} });
  expect(printed.trim().split('\n')).toEqual([
    'http://127.0.0.1:8800',
    'devkey',
    secrets.devKey.secret,
    'http://127.0.1.1:8880',
    'http://127.0.1.8:8890',
    'http://127.0.0.1:8001',
    'cluster',
  ]);
});

it('the first centre is the leader, also with instances of regions', () => {
  const specs = topology({ ...options, portOffset: 0, standby: true }, secrets);
  expect(shellEnv(specs, secrets)).toContain('MERIDIAN_CENTRE_HTTP=http://127.0.0.1:7001 ');
});
