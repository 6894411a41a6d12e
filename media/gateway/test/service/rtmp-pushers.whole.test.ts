// Encoders and servers that push to us go on air with their first connection, also if the answer takes a second.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FlvFileReader, type FlvTag, flvTagType } from '@meridian/room-media/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { encodeAmf0 } from '../../src/core/rtmp/amf0.ts';
import { messageType } from '../../src/core/rtmp/chunks.ts';
import { eventually } from '../support/eventually.ts';
import { runFfmpeg } from '../support/ffmpeg.ts';
import { NginxRtmp } from '../support/nginx-rtmp.ts';
import { RtmpEncoder } from '../support/rtmp-encoder.ts';
import { RtmpEntrance } from '../support/rtmp-entrance.ts';

const ATTEMPTS = 5;
const HOOK_MS = 1000;
/** Chunk size of SRS, which it announces before `publish`. */
const SRS_CHUNK_BYTES = 60_000;

let folder: string;
let file: string;
let tags: readonly FlvTag[];
const ends: (() => unknown)[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-pushers-'));
  file = join(folder, 'source.flv');
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25'];
  const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'];
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '25', '-pix_fmt', 'yuv420p'];
  await runFfmpeg([...picture, ...tone, '-t', '4', ...coding, '-c:a', 'aac', '-ac', '2', file]).done;
  tags = new FlvFileReader().push(readFileSync(file)).map((tag) => ({ ...tag, body: tag.body.slice() }));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function push(url: string): void {
  const run = runFfmpeg(['-re', '-stream_loop', '-1', '-i', file, '-c', 'copy', '-f', 'flv', url]);
  run.done.catch(() => undefined);
  ends.push(() => run.child.kill('SIGKILL'));
}

/** Pushes by a server whose streams have our keys as names, as a `push` directive without a name sends them on. */
async function pushByNginx(entrance: RtmpEntrance, identities: readonly string[]): Promise<void> {
  const nginx = await NginxRtmp.start(`push rtmp://127.0.0.1:${entrance.listener.port}/live;`);
  ends.push(() => nginx.close());
  for (const identity of identities) push(nginx.url(entrance.key(identity)));
}

/**
 * Stands for SRS's forwarder, which cannot be installed here: connect, createStream, chunk size, `publish`, and without
 * waiting for its answer metadata and media (SrsForwarder::cycle, SrsRtmpClient::publish of SRS's source).
 */
async function pushAsSrs(entrance: RtmpEntrance, identity: string): Promise<void> {
  const encoder = new RtmpEncoder(entrance.listener.port);
  ends.push(() => encoder.close());
  await encoder.connect();
  encoder.setChunkBytes(SRS_CHUNK_BYTES);
  encoder.call('publish', [null, entrance.key(identity), 'live'], 1);
  const payload = encodeAmf0('@setDataFrame', 'onMetaData', new Map([['server', 'SRS']]));
  encoder.send({ typeId: messageType.data, streamId: 1, timestampMs: 0, payload });
  for (const { type, timestampMs, body } of tags)
    if (type !== flvTagType.script) encoder.send({ typeId: type, streamId: 1, timestampMs, payload: body });
}

const pushers: Readonly<Record<string, (entrance: RtmpEntrance, identities: readonly string[]) => Promise<void>>> = {
  nginx: pushByNginx,
  ffmpeg: async (entrance, identities) => {
    for (const identity of identities) push(entrance.url(identity));
  },
  'a forwarder in the order of SRS': async (entrance, identities) => {
    await Promise.all(identities.map((identity) => pushAsSrs(entrance, identity)));
  },
};

describe.each([
  ['at once', {}],
  [`after a hook of ${HOOK_MS} ms`, { hookMs: HOOK_MS }],
])('with an answer %s', (_, o) => {
  it.each(Object.keys(pushers))(`%s publishes with its first connection, ${ATTEMPTS} of ${ATTEMPTS}`, async (name) => {
    const entrance = await RtmpEntrance.open(o);
    ends.push(() => entrance.close());
    const identities = Array.from({ length: ATTEMPTS }, (_one, at) => `encoder ${at}`);
    await pushers[name]?.(entrance, identities);
    await eventually(() => {
      for (const identity of identities) {
        expect(entrance.taken.get(identity)?.pictures).toBeGreaterThan(50);
        expect(entrance.taken.get(identity)?.sounds).toBeGreaterThan(50);
      }
    });
    expect(entrance.requests).toEqual(identities.map(() => 'publishRequested'));
    expect(entrance.dropped).toEqual([]);
  });
});
