// `meridian distribution` against a server that answers as the api does.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../src/program.ts';
import { JsonServer } from '../support/json-server.ts';

const receiver = {
  id: 'RC_1',
  name: 'School\u001b[2J',
  kind: 'agent',
  region: 'fra',
  site: 'school-12',
  groups: ['schools', 'north'],
  settings: {},
  enabled: true,
  online: true,
  seenAt: '2026-11-27T05:00:00Z',
  createdAt: '2026-11-27T04:00:00Z',
  changedAt: '2026-11-27T04:00:00Z',
};
const order = {
  id: 'DO_1',
  item: 'LI_1',
  title: 'Lesson',
  name: 'lesson.mp4',
  bytes: 1000,
  priority: 'urgent',
  paused: false,
  heat: 3,
  to: { all: true },
  createdBy: 'key',
  state: 'running',
  total: 3,
  done: 1,
  failed: 1,
  cancelled: 0,
  late: 0,
  createdAt: '2026-11-27T05:00:00Z',
};
const delivery = {
  id: 'DL_1',
  order: 'DO_1',
  receiver: 'RC_1',
  region: 'fra',
  item: 'LI_1',
  bytes: 1000,
  priority: 'urgent',
  state: 'failed',
  late: true,
  paused: false,
  reasons: [],
  failure: { code: 'DISK_FULL', detail: 'no room\n' },
  attempts: 8,
  tookMs: 0,
  neighbourBytes: 0,
  createdAt: '2026-11-27T05:00:00Z',
};
const queue = {
  open: 2,
  openBytes: 2000,
  deliveries: [
    {
      ...delivery,
      state: 'noticed',
      reasons: [{ code: 'hot', ms: 7_200_000 }],
      position: 1,
      expectedAt: '2026-11-27T06:00:00Z',
    },
    { ...delivery, id: 'DL_2', state: 'waiting', paused: true },
  ],
};
const overview = {
  deliveries: { waiting: 1, noticed: 2, done: 30, failed: 4, cancelled: 0 },
  late: 1,
  byRegion: [{ region: 'fra', open: 3, late: 1, failed: 4 }],
  byPriority: [{ priority: 'urgent', open: 3, done: 30, p50Ms: 900, p99Ms: 4000 }],
  receivers: { online: 2, away: 1, disabled: 0 },
  channels: [{ name: 'a', up: false, waiting: 7 }],
};
const history = {
  from: '2026-11-01',
  to: '2026-11-02',
  by: 'region',
  rows: [
    { key: 'fra', done: 30, failed: 1, cancelled: 0, late: 2, bytes: 3000, neighbourBytes: 10, meanMs: 900 },
    { key: 'sgp', done: 0, failed: 1, cancelled: 0, late: 0, bytes: 0, neighbourBytes: 0 },
  ],
  complete: true,
  peakDay: { day: '2026-11-02', done: 20, bytes: 2000 },
};
const answers: Readonly<Record<string, [number, unknown]>> = {
  'GET /receivers': [200, { data: [receiver, Object.assign({}, receiver, { id: 'RC_2', enabled: false })] }],
  'POST /receivers': [201, { receiver, credential: 'mrk_RC_1_secret' }],
  'GET /receivers/RC_1': [200, receiver],
  'PATCH /receivers/RC_1': [200, receiver],
  'DELETE /receivers/RC_1': [204, undefined],
  'POST /receivers/RC_1/credential': [200, { receiver, credential: 'mrk_RC_1_new' }],
  'GET /orders': [200, { data: [order] }],
  'POST /orders': [201, order],
  'GET /orders/DO_1': [200, order],
  'PATCH /orders/DO_1': [200, order],
  'DELETE /orders/DO_1': [204, undefined],
  'GET /receivers/RC_1/queue': [200, queue],
  'GET /deliveries': [200, { data: [delivery] }],
  'POST /deliveries/DL_1/retry': [200, Object.assign({}, delivery, { state: 'waiting' })],
  'GET /overview': [200, overview],
  'GET /history': [200, history],
};
const missing = { code: 'NOT_FOUND', title: 'There is no such thing.' };

const folder = mkdtempSync(join(tmpdir(), 'meridian-distribution-'));
let server: JsonServer;
let asked: unknown[];
beforeEach(async () => {
  asked = [];
  server = await JsonServer.listen(answer);
});
afterEach(async () => {
  await server.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function answer(request: IncomingMessage): Promise<[number, unknown]> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://api');
  const where = `${request.method} ${pathname.replace('/api/v1/distribution', '')}`;
  const sent = await text(request);
  asked.push([where, Object.fromEntries(searchParams), sent === '' ? undefined : JSON.parse(sent)]);
  return answers[where] ?? [404, missing];
}

const meridian = (words: string) => meridianOf(words.split(' '));
async function meridianOf(words: readonly string[]) {
  const said = { out: [] as string[], err: [] as string[] };
  const { port } = server;
  const code = await run(['distribution', ...words], {
    env: {
      MERIDIAN_URL: `http://127.0.0.1:${port}`,
      MERIDIAN_API_KEY: 'key',
      MERIDIAN_API_SECRET: 's'.repeat(32),
    },
    out: (line) => said.out.push(line),
    err: (line) => said.err.push(line),
    signal: new AbortController().signal,
  });
  return { code, out: said.out.join('\n'), err: said.err.join('\n') };
}
const settingsFile = (content: string): string => {
  const file = join(folder, 'settings.json');
  writeFileSync(file, content);
  return file;
};

describe('an invalid command line', () => {
  it.each([
    { words: 'receiver create Hall', says: '--region' },
    { words: 'receiver create Hall --region fra --kind ftp', says: 'agent, region, s3, sftp, pull' },
    { words: 'receiver change RC_1', says: 'nothing to change' },
    { words: 'receiver change RC_1 --enable --disable', says: 'cannot be used with' },
    { words: 'order create LI_1', says: 'name the receivers' },
    { words: 'order change DO_1', says: 'say what changes' },
    { words: 'order change DO_1 --pause --resume', says: 'cannot be used with' },
    { words: 'order create LI_1 --all --priority high', says: 'urgent, normal, bulk' },
    { words: 'order create LI_1 --all --deadline soon', says: 'a time must look like' },
    { words: 'deliveries --state lost', says: 'waiting, noticed, done, failed, cancelled' },
    { words: 'history --by hour', says: 'day, region, receiver, priority' },
    { words: 'retry', says: "missing required argument 'delivery'" },
  ])('$words ends with exit code 2 and the reason', async ({ words, says }) => {
    const { code, out, err } = await meridian(words);
    expect([code, out, err, asked]).toEqual([2, '', expect.stringContaining(says), []]);
  });

  it.each(['hunter2', '["hunter2"]', 'null'])(
    'settings of %j end with exit code 2, and the message does not quote the file',
    async (content) => {
      const { code, err } = await meridian(
        `receiver create P --region fra --kind pull --settings ${settingsFile(content)}`,
      );
      expect([code, err, asked]).toEqual([2, expect.stringContaining('hold a JSON object'), []]);
      expect(err).not.toContain('hunter2');
      const none = await meridian(`receiver change RC_1 --settings ${join(folder, 'none.json')}`);
      expect([none.code, none.err]).toEqual([2, expect.stringContaining('ENOENT')]);
    },
  );
});

describe('receivers', () => {
  it('are listed with their state, without control characters of their names', async () => {
    const [, first, second] = (await meridian('receivers')).out.split('\n');
    expect(first).toMatch(/^RC_1\s+agent\s+fra\s+school-12\s+online\s+2026-\S+\s+schools north\s+School·\[2J$/);
    expect(second).toMatch(/^RC_2 .* disabled /);
    expect(JSON.parse((await meridian('receivers --json')).out)).toMatchObject([{ id: 'RC_1' }, { id: 'RC_2' }]);
  });

  it('are created, and their secrets are printed once', async () => {
    const { out } = await meridian('receiver create Hall --region fra --site school-12 --groups schools,north');
    expect(out).toBe('id          RC_1\ncredential  mrk_RC_1_secret');
    const settings = { url: 'https://platform.example.org/files' };
    const file = settingsFile(JSON.stringify(settings));
    const made = await meridian(`receiver create P --region fra --kind pull --settings ${file} --json`);
    expect(JSON.parse(made.out)).toEqual({ receiver, credential: 'mrk_RC_1_secret' });
    const about = { region: 'fra', site: 'school-12', groups: ['schools', 'north'] };
    expect(asked).toEqual([
      ['POST /receivers', {}, Object.assign({ name: 'Hall', kind: 'agent' }, about)],
      ['POST /receivers', {}, { name: 'P', kind: 'pull', region: 'fra', settings }],
    ]);
  });

  it('are shown, changed, deleted, and get a new credential', async () => {
    expect((await meridian('receiver show RC_1')).out).toMatch(/^state\s+online$/m);
    expect((await meridian('receiver change RC_1 --name New --groups a --disable')).out).toBe('RC_1 is changed');
    await meridian('receiver change RC_1 --enable');
    expect((await meridian('receiver credential RC_1')).out).toContain('mrk_RC_1_new');
    expect((await meridian('receiver delete RC_1')).out).toBe('RC_1 is deleted');
    expect(asked.slice(1)).toEqual([
      ['PATCH /receivers/RC_1', {}, { name: 'New', groups: ['a'], enabled: false }],
      ['PATCH /receivers/RC_1', {}, { enabled: true }],
      ['POST /receivers/RC_1/credential', {}, undefined],
      ['DELETE /receivers/RC_1', {}, undefined],
    ]);
    expect(await meridian('receiver show RC_2')).toMatchObject({ code: 1, err: expect.stringContaining('NOT_FOUND') });
  });
});

describe('orders', () => {
  it('are created for the named receivers', async () => {
    const { out } = await meridian(
      'order create LI_1 --receivers RC_1,RC_2 --groups schools --regions fra --priority urgent --deadline 2027-01-04T09:00Z',
    );
    expect(out).toBe('DO_1 goes to 3 receivers');
    expect(JSON.parse((await meridian('order create LI_1 --all --json')).out)).toEqual(order);
    const to = { receivers: ['RC_1', 'RC_2'], groups: ['schools'], regions: ['fra'] };
    expect(asked).toEqual([
      ['POST /orders', {}, { item: 'LI_1', to, priority: 'urgent', deadlineAt: '2027-01-04T09:00:00.000Z' }],
      ['POST /orders', {}, { item: 'LI_1', to: { all: true } }],
    ]);
  });

  it('are listed, shown and cancelled', async () => {
    const { out } = await meridian('orders --state running --item LI_1');
    expect(out.split('\n')[1]).toMatch(/^DO_1\s+running\s+urgent\s+1\/3\s+1\s+0\s+-\s+2026-\S+\s+Lesson$/);
    expect((await meridian('order show DO_1')).out).toMatch(/^to\s+\{"all":true\}$/m);
    expect((await meridian('order cancel DO_1')).out).toBe('DO_1 is cancelled');
    expect(asked).toEqual([
      ['GET /orders', { state: 'running', item: 'LI_1' }, undefined],
      ['GET /orders/DO_1', {}, undefined],
      ['DELETE /orders/DO_1', {}, undefined],
    ]);
  });
});

describe('a running order', () => {
  it('is changed', async () => {
    const { out } = await meridian(
      'order change DO_1 --priority bulk --deadline 2027-01-04T09:00Z --pause --add RC_3,RC_4 --remove RC_1',
    );
    expect(out).toMatch(/^heat\s+3$/m);
    await meridian('order change DO_1 --no-deadline --resume');
    const deadlineAt = '2027-01-04T09:00:00.000Z';
    const receivers = { addTo: { receivers: ['RC_3', 'RC_4'] }, removeFrom: ['RC_1'] };
    expect(asked).toEqual([
      ['PATCH /orders/DO_1', {}, { priority: 'bulk', deadlineAt, paused: true, ...receivers }],
      ['PATCH /orders/DO_1', {}, { deadlineAt: null, paused: false }],
    ]);
  });
});

describe('the queue of a receiver', () => {
  it('says for each delivery its place, the reasons, and when it is expected', async () => {
    const { out } = await meridian('queue RC_1');
    const [, first, second] = out.split('\n');
    expect(first).toMatch(/^1\s+DL_1\s+DO_1\s+urgent\s+noticed\s+hot\s+2026-\S+\s+1000$/);
    expect(second).toMatch(/^paused\s+DL_2\s+DO_1\s+urgent\s+waiting\s/);
    expect(out).toContain('2 open, 2000 bytes');
    expect(JSON.parse((await meridian('queue RC_1 --json')).out)).toEqual(queue);
  });
});

describe('deliveries', () => {
  it('are listed with the reason of a failure, and retried', async () => {
    const { out } = await meridian('deliveries --order DO_1 --receiver RC_1 --state failed --priority urgent --late');
    expect(out.split('\n')[1]).toMatch(/^DL_1\s+DO_1\s+RC_1\s.*\sfailed\s+yes\s+8\s.*\sDISK_FULL: no room·$/);
    expect((await meridian('retry DL_1')).out).toBe('DL_1 is waiting');
    const query = { order: 'DO_1', receiver: 'RC_1', state: 'failed', priority: 'urgent', late: 'true' };
    expect(asked).toEqual([
      ['GET /deliveries', query, undefined],
      ['POST /deliveries/DL_1/retry', {}, undefined],
    ]);
  });

  it('are counted by region and priority', async () => {
    const { out } = await meridian('overview');
    expect(out).toMatch(/^noticed\s+2$/m);
    expect(out).toMatch(/^receivers\s+2 online, 1 away, 0 disabled$/m);
    for (const row of [/^fra\s+3\s+1\s+4$/m, /^urgent\s+3\s+30\s+900\s+4000$/m, /^a\s+down\s+7$/m])
      expect(out).toMatch(row);
    expect(JSON.parse((await meridian('overview --json')).out)).toEqual(overview);
  });
});

it('every command of docs/distribution.md works', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/distribution.md'), 'utf8');
  const settings = settingsFile('{"url": "https://platform.example.org/files"}');
  const named: Readonly<Record<string, string>> = {
    ITEM: 'LI_1',
    ORDER: 'DO_1',
    DELIVERY: 'DL_1',
    RECEIVER: 'RC_1',
    'settings.json': settings,
  };
  const commands = [...page.matchAll(/^meridian distribution (.+)$/gm)].map(([, words = '']) => words);
  expect(commands.length).toBeGreaterThan(5);
  for (const words of commands) {
    const typed = [...words.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare = '']) => quoted ?? named[bare] ?? bare);
    expect([words, await meridianOf(typed)]).toEqual([words, expect.objectContaining({ code: 0, err: '' })]);
  }
});

describe('the history', () => {
  it('is a table with the peak day below, or the whole answer as JSON', async () => {
    const { code, out, err } = await meridian('history --from 2026-11-01 --to 2026-11-02 --by region');
    expect([code, out.split('\n').slice(0, 2)]).toEqual([
      0,
      [
        expect.stringMatching(/^REGION\s+DONE\s+FAILED\s+CANCELLED\s+LATE\s+BYTES\s+FROM NEIGHBOURS\s+MEAN MS/),
        expect.stringMatching(/^fra\s+30\s+1\s+0\s+2\s+3000\s+10\s+900/),
      ],
    ]);
    expect(out).toContain('\n\nThe peak was 2026-11-02, with 20 files.');
    expect(err).toBe('');
    expect(JSON.parse((await meridian('history --json')).out)).toEqual(history);
    expect(asked).toEqual([
      ['GET /history', { from: '2026-11-01', to: '2026-11-02', by: 'region' }, undefined],
      ['GET /history', { by: 'day' }, undefined],
    ]);
  });
});
