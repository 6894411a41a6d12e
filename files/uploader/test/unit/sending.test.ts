// Uploads to a real tus server over loopback, whose connections break.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { fileSource } from '../../src/node.ts';
import type { UploadProgress } from '../../src/types.ts';
import { uploadBy } from '../../src/upload.ts';
import { bytesOf, memorySource, ScriptedApi, withoutWaits } from '../support/scripted.ts';
import { type Trouble, TusNode } from '../support/tus-node.ts';

const file = bytesOf(1_200_000);
let node: TusNode;
beforeEach(async () => {
  node = await TusNode.listen();
});
afterEach(() => node.close());

const sent = (api: ScriptedApi, o: { parallel?: number; signal?: AbortSignal; source?: typeof file } = {}) => {
  const shown: UploadProgress[] = [];
  const source = memorySource(o.source ?? file);
  const { parallel = 4, signal = new AbortController().signal } = o;
  const onProgress = (progress: UploadProgress): void => void shown.push(progress);
  const ended = uploadBy({ source, api, about: {}, parallel, signal, onProgress }, withoutWaits);
  return { ended, shown, source };
};
const tokenOf = ({ url }: IncomingMessage): string => /token=(\w+)/.exec(url ?? '')?.[1] ?? '';

describe('answers other than success', () => {
  it('a block that the node refuses ends the upload: the file differs from the announced one', async () => {
    node.meets = ({ method }, id) => (method === 'PATCH' && id === 'p1' ? 460 : undefined);
    const { ended } = sent(new ScriptedApi(node, 4));
    await expect(ended).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  });

  it('expired URLs are renewed once for all parts', async () => {
    const api = new ScriptedApi(node, 4);
    node.meets = (request) => (tokenOf(request) === 'good' ? undefined : 401);
    api.token = 'old';
    const [get, pause] = [api.get.bind(api), withoutWaits.pause];
    let waits = 0;
    let allWait = (): void => undefined;
    const allHaveWaited = new Promise<void>((resolve) => {
      allWait = resolve;
    });
    // The answer comes when all parts have asked.
    api.get = async () => {
      api.calls.push('asked');
      await allHaveWaited;
      api.token = 'good';
      return get();
    };
    const means = Object.assign({}, withoutWaits, {
      pause: async (...args: Parameters<typeof pause>) => {
        await pause(...args);
        waits += 1;
        if (waits === 4) setImmediate(allWait);
      },
    });
    await uploadBy({ source: memorySource(file), api, about: {} }, means);
    expect(node.whole().equals(file)).toBe(true);
    // The second call comes after all bytes are sent.
    expect(api.calls.filter((call) => call === 'asked')).toHaveLength(2);
  });

  it.each([404, 410])('after a %d the api is asked where the part is now', async (status) => {
    const api = new ScriptedApi(node, 2);
    let times = 0;
    node.meets = (_, id) => (id === 'p1' && times++ < 20 ? status : undefined);
    await sent(api).ended;
    expect(node.whole().equals(file)).toBe(true);
    expect(api.calls.filter((call) => call === 'get')).toHaveLength(21);
  });

  it('an upload that the api has ended stops the sending of all parts at once, with the reason', async () => {
    const api = new ScriptedApi(node, 4);
    const failure = { code: 'UPLOAD_LOST', detail: 'The node that had the upload is gone.' };
    node.meets = (_, id) => {
      if (id !== 'p2') return 'silence';
      api.upload = Object.assign({}, api.upload, { state: 'refused', failure, parts: [] });
      return 410;
    };
    await expect(sent(api).ended).rejects.toMatchObject({ code: 'REFUSED', failure });
  });

  it('an upload on a node that vanished ends when the api reports it as lost', async () => {
    const api = new ScriptedApi(node, 2);
    const create = api.create.bind(api);
    api.create = async (...args) => {
      const planned = await create(...args);
      await node.close();
      const failure = { code: 'UPLOAD_LOST', detail: 'The node that had the upload is gone.' };
      api.upload = Object.assign({}, api.upload, { state: 'refused', failure, parts: [] });
      return planned;
    };
    await expect(sent(api).ended).rejects.toMatchObject({ code: 'REFUSED', failure: { code: 'UPLOAD_LOST' } });
  });

  it('a node that refuses without end is given up, with fresh URLs or without', async () => {
    for (const status of [400, 413, 401]) {
      node.requests.length = 0;
      node.meets = () => status;
      await expect(sent(new ScriptedApi(node, 1)).ended).rejects.toMatchObject({ code: 'SENDING_REFUSED' });
      expect(node.requests).toHaveLength(13);
    }
  });

  it('a node that is busy, locked or down for a while is retried until it recovers', async () => {
    const troubles: Trouble[] = [503, 500, 423, 409, 429, 502, 503, 503, 503, 503, 503, 503, 503, 503, 503, 503];
    node.meets = () => troubles.pop();
    await sent(new ScriptedApi(node, 3)).ended;
    expect(node.whole().equals(file)).toBe(true);
  });
});

describe('connections', () => {
  it('connections that are cut again and again transfer all bytes, and nothing stored is sent twice', async () => {
    const seed = 20_261_127;
    const chances = bytesOf(4000, seed);
    let at = 0;
    let cuts = 0;
    node.before = (_, cut) => {
      if ((chances[at++ % chances.length] ?? 0) >= 230) return;
      cuts += 1;
      cut();
    };
    await sent(new ScriptedApi(node, 6)).ended;
    expect([node.whole().equals(file), node.writtenBytes], `seed ${seed}`).toEqual([true, file.length]);
    expect(cuts).toBeGreaterThan(10);
  });

  it('cut connections leave no file open', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'uploader-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    // More bytes than streams and sockets buffer.
    const large = bytesOf(6_000_000);
    await writeFile(join(folder, 'talk.mp4'), large);
    const source = await fileSource(join(folder, 'talk.mp4'));
    const open = new Set<unknown>();
    let opened = 0;
    const slice: typeof source.slice = (from, bytes) => {
      const stream = source.slice(from, bytes) as Readable;
      open.add(stream);
      opened += 1;
      return stream.once('close', () => open.delete(stream));
    };
    let cuts = 0;
    node.before = (_, cut) => (++cuts <= 6 ? cut() : undefined);
    const api = new ScriptedApi(node, 2);
    await uploadBy({ source: Object.assign({}, source, { slice }), api, about: {} }, withoutWaits);
    await expect.poll(() => open.size).toBe(0);
    expect([opened > 4, node.whole().equals(large)]).toEqual([true, true]);
  });

  it('connections without progress are replaced', async () => {
    let silent = 0;
    node.meets = ({ method }) => (method === 'PATCH' && silent++ < 2 ? 'silence' : undefined);
    const means = Object.assign({}, withoutWaits, { stallMs: 40 });
    await uploadBy({ source: memorySource(file), api: new ScriptedApi(node, 2), about: {} }, means);
    expect(node.whole().equals(file)).toBe(true);
  });

  it.each([{ parallel: 1 }, { parallel: 2 }, { parallel: 4 }])('send at most $parallel parts at once', async (o) => {
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    node.before = () => {
      if (node.writing === o.parallel) open();
      return opened;
    };
    await sent(new ScriptedApi(node, 6), o).ended;
    expect([node.writingMost, node.whole().equals(file)]).toEqual([o.parallel, true]);
  });
});

describe('a stopped upload', () => {
  it('stops at once without an open request, and resumes without reading the whole file again', async () => {
    const api = new ScriptedApi(node, 4);
    const stop = new AbortController();
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    node.before = () => {
      if (node.writtenBytes < 400_000) return;
      stop.abort();
      return held;
    };
    await expect(sent(api, { signal: stop.signal }).ended).rejects.toMatchObject({ code: 'ABORTED' });
    go();
    await expect.poll(() => node.openConnections()).toBe(0);
    await expect.poll(() => node.writing).toBe(0);
    const firstBytes = node.writtenBytes;
    expect(firstBytes).toBeLessThan(file.length);

    node.before = () => undefined;
    const { ended, source, shown } = sent(api);
    await ended;
    expect([node.whole().equals(file), node.writtenBytes]).toEqual([true, file.length]);
    expect(source.reads).toHaveLength(3);
    expect(shown.map(({ phase }) => phase)).not.toContain('reading');
    expect(api.bodies).toHaveLength(1);
  });

  it('sends an upload that was listed without parts, because its node was unreachable', async () => {
    const api = new ScriptedApi(node, 2);
    const stop = new AbortController();
    node.before = () => stop.abort();
    await expect(sent(api, { signal: stop.signal }).ended).rejects.toMatchObject({ code: 'ABORTED' });
    node.before = () => undefined;
    api.hidesParts = true;
    const { ended, shown } = sent(api);
    await ended;
    expect(node.whole().equals(file)).toBe(true);
    expect(shown.map(({ phase }) => phase)).toContain('sending');
  });

  it('another file with the same samples is sent from the start', async () => {
    const api = new ScriptedApi(node, 2);
    const other = bytesOf(3_000_000, 7);
    const changed = Buffer.from(other);
    changed[800_000] = (changed[800_000] ?? 0) ^ 1;
    const stop = new AbortController();
    node.before = () => stop.abort();
    await expect(sent(api, { source: other, signal: stop.signal }).ended).rejects.toMatchObject({ code: 'ABORTED' });
    node.before = () => undefined;
    node.meets = ({ method }) => (method === 'PATCH' && api.bodies.length === 1 ? 460 : undefined);
    await sent(api, { source: changed }).ended;
    expect([node.whole().equals(changed), api.bodies.length]).toEqual([true, 2]);
  });
});

it('progress never decreases within a phase, and ends with the whole', async () => {
  let cuts = 0;
  node.before = (_, cut) => {
    if (node.writtenBytes > 300_000 && cuts++ % 3 === 0 && cuts < 20) cut();
  };
  const { ended, shown } = sent(new ScriptedApi(node, 5));
  await ended;
  const phases = shown.map(({ phase }) => phase).filter((phase, at, all) => phase !== all[at - 1]);
  expect(phases).toEqual(['reading', 'sending', 'checking', 'done']);
  for (const phase of phases) {
    const bytes = shown.filter((each) => each.phase === phase).map((each) => each.bytes);
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
  }
  expect(shown.at(-1)).toEqual({ phase: 'done', bytes: file.length, bytesTotal: file.length, knownBytes: 0 });
});
