// `--check-config` of real services: starts nothing; the exit code says whether the configuration is valid.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, expect, it } from 'vitest';
import { bundleOf } from '../../../infra/services/entries.mjs';

const root = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'meridian-check-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content, { mode: 0o600 });
  return join(folder, name);
};

async function check(
  service: 'sfu' | 'scheduler',
  files: readonly string[],
): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(
    process.execPath,
    [bundleOf(root, service), '--check-config', ...files.map((one) => `--config=${one}`)],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
    },
  );
  const exited = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { code, out, err };
}

const stateDir = join(folder, 'state');
const host = file(
  'host.yaml',
  `# the keys of the host
region: frankfurt
city: Frankfurt
latitude: 0
longitude: 0
hostId: media-1
centreUrl: wss://10.0.0.1:7000
enrolUrl: https://10.0.0.1:7000
`,
);
const media = `id: sfu-1
stateDir: ${stateDir}
mediaListen: [{ ip: 10.0.0.2, announcedAddress: 203.0.113.2, port: 20000 }]
controlListen: { ip: 10.0.0.2, port: 20001 }
pipeListen: { ip: 10.0.0.2, portMin: 20010, portMax: 20049 }
`;

it.each([
  [
    'a wrong value',
    media.replace('portMin: 20010', 'portMin: low'),
    /pipeListen\.portMin = "low": .*\n.*broken\.yaml:5\n/,
  ],
  ['one port for two uses', media.replace('20001', '20000'), /controlListen\.port = 20000: .*\n.*broken\.yaml:4\n/],
])('a media node with %s exits with 2, and names file and line', async (_what, content, err) => {
  const answer = await check('sfu', [host, file('broken.yaml', content)]);
  expect(answer).toMatchObject({ code: 2, out: '', err: expect.stringMatching(err) });
});
