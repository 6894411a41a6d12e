// Renditions of a published track, as requested by the service, with fake senders.
import { MeridianClientError } from '@meridian/client';
import { expect, it } from 'vitest';
import { Renditions } from '../../src/media/renditions.ts';
import type { Sender } from '../../src/media/sender.ts';

const h264 = 'video/H264';

function setUp() {
  const log: string[] = [];
  const waiting: PromiseWithResolvers<void>[] = [];
  const state = { cannot: undefined as MeridianClientError | undefined, connected: true, held: Promise.resolve() };
  let count = 0;
  const renditions = new Renditions({
    send: async (codec) => {
      await state.held;
      if (state.cannot !== undefined) throw state.cannot;
      count += 1;
      const trackId = `R${count}`;
      log.push(`send ${trackId} ${codec}`);
      const close = (): void => void log.push(`close ${trackId}`);
      const answer = Promise.withResolvers<void>();
      waiting.push(answer);
      return { sender: { trackId, close, gone: () => undefined } as unknown as Sender, accepted: answer.promise };
    },
    ended: async (trackId) => {
      log.push(`ended ${trackId}`);
      return state.connected;
    },
    refuse: (mimeType, { code }) => void log.push(`refuse ${mimeType} ${code}`),
  });
  const runMicrotasks = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  /** Sets whether the rendition is wanted, and runs all steps that wait for no answer. */
  const want = async (isWanted: boolean, mimeType = h264): Promise<string[]> => {
    void renditions.want(mimeType, isWanted);
    await runMicrotasks();
    return log.splice(0);
  };
  const answer = async (error?: MeridianClientError): Promise<string[]> => {
    const next = waiting.shift();
    if (error === undefined) next?.resolve();
    else next?.reject(error);
    await runMicrotasks();
    return log.splice(0);
  };
  return { renditions, want, answer, state, said: log, turns: runMicrotasks };
}
const ids = (renditions: Renditions): string[] => renditions.senders.map(({ trackId }) => trackId);

it('a rendition in an unsupported codec is refused, and nothing happens for an unwanted one', async () => {
  const { want } = setUp();
  expect(await want(true, 'video/AV1')).toEqual(['refuse video/AV1 CODEC_UNSUPPORTED']);
  expect(await want(true, '')).toEqual(['refuse  CODEC_UNSUPPORTED']);
  expect(await want(false, 'video/AV1')).toEqual([]);
  expect(await want(false)).toEqual([]);
});

it('a rendition is sent once, however often it is wanted, until it is unwanted', async () => {
  const { renditions, want, answer } = setUp();
  expect(await want(true)).toEqual(['send R1 h264']);
  expect(await want(true, 'VIDEO/h264')).toEqual([]);
  expect(await answer()).toEqual([]);
  expect(ids(renditions)).toEqual(['R1']);
  expect(await want(false)).toEqual(['close R1', 'ended R1']);
  expect(await want(false)).toEqual([]);
  expect(ids(renditions)).toEqual([]);
  expect(await want(true)).toEqual(['send R2 h264']);
});

it('a change of the demand while a rendition starts or ends is applied afterwards', async () => {
  const { renditions, want, answer } = setUp();
  expect(await want(true)).toEqual(['send R1 h264']);
  expect(await want(false)).toEqual([]);
  expect(await want(true)).toEqual([]);
  expect(await answer()).toEqual([]);
  expect(ids(renditions)).toEqual(['R1']);
  expect(await want(true)).toEqual([]);
  expect(await want(false)).toEqual(['close R1', 'ended R1']);
});

it('a rendition that the browser cannot send, or the service refuses, is refused with its reason', async () => {
  const { renditions, want, answer, state } = setUp();
  state.cannot = new MeridianClientError('CODEC_UNSUPPORTED');
  expect(await want(true)).toEqual([`refuse ${h264} CODEC_UNSUPPORTED`]);
  state.cannot = undefined;
  expect(await want(true)).toEqual(['send R1 h264']);
  expect(await answer(new MeridianClientError('TRACK_LIMIT'))).toEqual(['close R1', `refuse ${h264} TRACK_LIMIT`]);
  expect(ids(renditions)).toEqual([]);
});

it('a rendition that a lost connection left at the service ends before it is sent again, or when it is unwanted', async () => {
  const { want, answer, state } = setUp();
  await want(true);
  expect(await answer(new MeridianClientError('SOCKET_LOST'))).toEqual(['close R1', `refuse ${h264} SOCKET_LOST`]);
  expect(await want(true)).toEqual(['ended R1', 'send R2 h264']);
  await answer();
  state.connected = false;
  expect(await want(false)).toEqual(['close R2', 'ended R2']);
  expect(await want(true)).toEqual(['ended R2']);
  state.connected = true;
  expect(await want(false)).toEqual(['ended R2']);
  expect(await want(false)).toEqual([]);
});

it('a rendition ends with its track, even while it is being made', async () => {
  const { renditions, want, answer, state, said, turns } = setUp();
  await want(true);
  await answer();
  renditions.close();
  expect(said.splice(0)).toEqual(['close R1']);
  expect(await want(true)).toEqual([]);
  const late = setUp();
  const held = Promise.withResolvers<void>();
  late.state.held = held.promise;
  expect(await late.want(true)).toEqual([]);
  late.renditions.close();
  held.resolve();
  await turns();
  expect(late.said).toEqual(['send R1 h264', 'close R1']);
  expect(state.connected).toBe(true);
});
