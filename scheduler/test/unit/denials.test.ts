import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, ManualClock } from '@meridian/runtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fileStore } from '../../src/adapters/file-store.ts';
import { Copy } from '../../src/copying/copy.ts';
import { run } from '../../src/denials.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-denials-'));
  file = join(folder, 'denials.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const stolen = { nodeId: 'sfu-stolen', reason: 'stolen', sinceWallMs: 5 };
const broken = { nodeId: 'sfu-broken', reason: 'broken', sinceWallMs: 7 };

function centre(name: string) {
  const clock = new ManualClock();
  const store = fileStore({ file: join(folder, name, 'centre.db'), clock });
  const log = createLogger({ name: 'scheduler', level: 'fatal' });
  return { store, copy: new Copy({ store, clock, log, onFailure: () => expect.unreachable() }) };
}
async function command(verb: string, path: string, name: string) {
  const said: string[] = [];
  const config = join(folder, `${name}.json`);
  const secret = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ';
  const values = { linkHost: '127.0.0.1', clusterToken: secret, clusterSecret: `${secret}2` };
  writeFileSync(config, JSON.stringify(Object.assign(values, { stateDir: join(folder, name) })));
  const code = await run(
    [verb, path, '--config', config],
    {},
    {
      say: (text) => said.push(text),
      complain: (text) => said.push(text),
    },
  );
  return { code, said: said.join('') };
}

it('the denials saved from a running centre are loaded into another centre, and nothing else', async () => {
  const old = centre('old');
  await old.copy.saveDenial(stolen.nodeId, stolen);
  await old.copy.saveDenial(broken.nodeId, broken);
  await old.copy.saveLease({ roomKey: 'acme/lobby', epoch: 3, ownerId: 'signaling-1', expiresAtMs: 9 });
  expect(await command('save', file, 'old')).toEqual({ code: 0, said: 'save: 2 denials\n' });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).not.toContain('lobby');
  await old.store.close();
  for (const _ of ['once', 'again'])
    expect(await command('load', file, 'new')).toEqual({ code: 0, said: 'load: 2 denials\n' });
  const { store, copy } = centre('new');
  expect(await copy.load()).toMatchObject({ denials: [stolen, broken], leases: [] });
  await store.close();
});

it('a denial of the running centre that is newer than the saved denial stays', async () => {
  const old = centre('old');
  await old.copy.saveDenial(stolen.nodeId, stolen);
  await command('save', file, 'old');
  await old.copy.saveDenial(broken.nodeId, broken);
  await old.store.close();
  await command('load', file, 'old');
  const again = centre('old');
  expect((await again.copy.load()).denials).toEqual([stolen, broken]);
  await again.store.close();
});

it('saving from a centre that has no file fails, rather than save no denials', async () => {
  expect(await command('save', file, 'none')).toEqual({ code: 1, said: expect.stringContaining('save: ENOENT: ') });
  expect([existsSync(file), existsSync(join(folder, 'none'))]).toEqual([false, false]);
});

it.each(['', 'no JSON', 'null', '{}', '{"denials":[{"nodeId":"a"}]}'])('a file of %j is damaged', async (text) => {
  writeFileSync(file, text);
  expect(await command('load', file, 'new')).toEqual({
    code: 1,
    said: expect.stringContaining('load: BACKUP_DAMAGED: '),
  });
  expect(existsSync(join(folder, 'new'))).toBe(false);
});

it('the command answers wrong arguments with its usage', async () => {
  for (const args of [[], ['save'], ['keep', 'a'], ['save', '--config']])
    expect(await run(args, {}, { say: () => undefined, complain: () => undefined })).toBe(2);
});
