// Odd messages of encoders, before and after the answer to `publish`: the publication goes on, and they are counted
// and logged.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hex } from '../../../room-media/test/support/bytes.ts';
import { type AmfValue, encodeAmf0 } from '../../src/core/rtmp/amf0.ts';
import { messageType, type RtmpMessage } from '../../src/core/rtmp/chunks.ts';
import { commandMessage } from '../../src/core/rtmp/commands.ts';
import { type DropKind, dropKinds } from '../../src/core/rtmp/drops.ts';
import { eventually } from '../support/eventually.ts';
import { RtmpEncoder } from '../support/rtmp-encoder.ts';
import { RtmpEntrance } from '../support/rtmp-entrance.ts';

const TIMES = 3;
const message = (typeId: number, payload: string, streamId = 1): RtmpMessage => ({
  typeId,
  streamId,
  timestampMs: 0,
  payload: hex(payload.replaceAll(' ', '')),
});
const { audio, video, aggregate, data: dataType, dataAmf3, command } = messageType;
const data = (...values: AmfValue[]): RtmpMessage => ({ ...message(dataType, ''), payload: encodeAmf0(...values) });
const calling = (name: string, values: AmfValue[], streamId = 0): RtmpMessage =>
  commandMessage({ name, transactionId: 9, streamId, values });

const sps = '6742c00dd90141fb0e1000000300100000030320f142a480';
const good = [
  message(video, `17 00 000000 01 42c00d ff e1 0018 ${sps} 01 0004 68ce3c80`),
  message(audio, 'af 00 1190'),
  message(video, '17 01 000000 00000001 65'),
  message(audio, 'af 01 2100000000'),
];

/** `undefined`: taken, although it is odd. */
const odd: readonly (readonly [string, DropKind | undefined, RtmpMessage])[] = [
  ['a shared object', 'messageType', message(19, '00')],
  ['a message of type 7', 'messageType', message(7, '')],
  ['a message of type 255', 'messageType', message(255, 'ff')],
  ['a window without its size', 'control', message(5, '')],
  ['an abort without its stream', 'control', message(2, '')],
  ['an event without its type', 'control', message(4, '')],
  ['an empty command', 'command', message(command, '')],
  ['a command that is cut', 'command', message(command, '02 0009 70')],
  ['a second connect', 'commandOrder', calling('connect', [new Map([['app', 'other']])])],
  ['a request on no stream', 'commandOrder', calling('publish', [null, 'x'], 7)],
  ['media of a stream that was not created', 'stream', message(video, '17', 9)],
  ['metadata of a stream that was not created', 'stream', { ...data('onMetaData', new Map()), streamId: 9 }],
  ['data of an encoder', 'data', data('onFI', new Map())],
  ['empty data', 'data', message(dataType, '')],
  ['metadata that is a number', 'metadata', data('@setDataFrame', 'onMetaData', 5)],
  ['metadata that is cut', 'metadata', message(dataType, '02 000a 6f6e')],
  ['metadata in AMF3 values', 'metadata', message(dataAmf3, '00 11 0a')],
  ['an aggregate that is cut', 'aggregate', message(aggregate, '09 000005 000000 00 000000 17')],
  ['an aggregate with a command', 'aggregate', message(aggregate, '14 000001 000000 00 000000 05 0000000c')],
  ['a picture before its config', 'earlyPicture', message(video, '17 01 000000 00000001 65')],
  ['an AAC frame before its config', 'earlySound', message(audio, 'af 01 21')],
  ['an AVC tag that is cut', 'picture', message(video, '27 01 00')],
  ['an AVC packet of an unknown type', 'picture', message(video, '27 05 000000 00')],
  ['an AVC config that is cut', 'picture', message(video, '17 00 000000 01 42c00d')],
  ['a FourCC that is cut', 'picture', message(video, '91 6176')],
  ['an AAC packet of an unknown type', 'sound', message(audio, 'af 07 21')],
  ['an AAC config that is cut', 'sound', message(audio, 'af 00 11')],
  ['an AAC tag of one byte', 'sound', message(audio, 'af')],
  ['a second track of pictures', 'track', message(video, 'a6 03 61766331 01 00000001 41')],
  ['a second track of sound', 'track', message(audio, '95 01 6d703461 01 21')],
  ['an empty picture', undefined, message(video, '')],
  ['empty sound', undefined, message(audio, '')],
  ['an empty aggregate', undefined, message(aggregate, '')],
  ['metadata on stream 0', undefined, { ...data('@setDataFrame', 'onMetaData', new Map()), streamId: 0 }],
  ['metadata in an AMF3 message', undefined, { ...data('onMetaData', new Map()), typeId: dataAmf3 }],
  ['a call that is not known', undefined, calling('makeCoffee', [null])],
];

let entrance: RtmpEntrance;
let encoder: RtmpEncoder;
let count = 0;
beforeAll(async () => {
  entrance = await RtmpEntrance.open();
});
afterAll(() => entrance.close());
beforeEach(async () => {
  count += 1;
  encoder = new RtmpEncoder(entrance.listener.port);
  await encoder.connect();
  entrance.dropped.length = 0;
  entrance.lines.length = 0;
});
afterEach(() => encoder.close());

const identity = (): string => `encoder ${count}`;
const ask = (type: AmfValue = 'live') => encoder.call('publish', [null, entrance.key(identity()), type], 1);
const accepted = () => eventually(() => expect(encoder.statuses.join()).toContain('NetStream.Publish.Start'));
const drops = (): unknown[] =>
  entrance.lines
    .map((line) => JSON.parse(line))
    .flatMap(({ msg, kind }) => (msg === 'RTMP messages are dropped' ? [kind] : []));

async function goesOn(streamId = 1): Promise<void> {
  const before = { pictures: 0, sounds: 0, ...entrance.taken.get(identity()) };
  for (const one of good) encoder.send({ ...one, streamId });
  await eventually(() =>
    expect(entrance.taken.get(identity())).toEqual({ pictures: before.pictures + 1, sounds: before.sounds + 1 }),
  );
  expect(encoder.isClosed).toBe(false);
}

describe.each(['before', 'after'])('%s the answer', (when) => {
  it.each(odd)('%s ends nothing, and is counted each time and logged once (%s)', async (_, kind, one) => {
    ask();
    if (when === 'after') await accepted();
    for (let time = 0; time < TIMES; time += 1) encoder.send(one);
    await goesOn();
    expect(entrance.dropped).toEqual(kind === undefined ? [] : [kind, kind, kind]);
    expect(drops()).toEqual(kind === undefined ? [] : [kind]);
  });

  it('media on stream 0 are those of the only publication', async () => {
    ask();
    if (when === 'after') await accepted();
    await goesOn(0);
    expect(entrance.dropped).toEqual([]);
  });

  it.each(['record', 'append', null, 7])('a publication of type %s is live', async (type) => {
    ask(type);
    if (when === 'after') await accepted();
    await goesOn();
  });
});

it('each kind of drop has a row', () => {
  expect([...new Set(odd.flatMap(([, kind]) => kind ?? []))].sort()).toEqual(Object.keys(dropKinds).sort());
});

it('odd messages before connect and before the request end nothing either', async () => {
  const early = new RtmpEncoder(entrance.listener.port);
  await early.shake();
  const dropped = odd.filter(([, kind]) => kind === 'messageType' || kind === 'control' || kind === 'stream');
  for (const [, , one] of dropped) early.send(one);
  for (const name of ['releaseStream', 'FCPublish', '_checkbw']) early.call(name, [null, 'x']);
  await early.connect();
  for (const [, , one] of dropped) early.send(one);
  encoder.close();
  encoder = early;
  ask();
  await goesOn();
  expect(entrance.dropped).toEqual([...dropped, ...dropped].map(([, kind]) => kind));
  expect(drops()).toEqual(['messageType', 'control', 'stream']);
});

it('an unsupported codec still ends the publication, with its text', async () => {
  ask();
  await accepted();
  encoder.send(message(audio, '2f 00'));
  await eventually(() => expect(encoder.isClosed).toBe(true));
  expect(encoder.statuses).toContain(
    'NetStream.Publish.Denied CODEC_UNSUPPORTED: mp3 is not taken: only H.264 (8 bit, 4:2:0, progressive) and AAC are',
  );
});
