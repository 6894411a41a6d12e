import { limits, note, onNote, post } from '@meridian/protocol';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { LinkSessions, type LinkSocket } from '../../src/link-sessions.ts';
import { arrived, type FakeLink, linkPair } from './link-pair.ts';

let ours: FakeLink;
let theirs: FakeLink;
let sessions: LinkSessions;
/** Messages at the signaling node, in order. */
let nodeMessages: unknown[];
beforeEach(() => {
  [ours, theirs] = linkPair();
  sessions = new LinkSessions(ours);
  nodeMessages = [];
  onNote(theirs, note.sessionOpen, ({ stream, clientIp }) => nodeMessages.push(['open', stream, clientIp]));
  onNote(theirs, note.sessionFrame, ({ stream, frame }) => nodeMessages.push(['frame', stream, [...frame]]));
  onNote(theirs, note.sessionConsumed, ({ stream, bytes }) => nodeMessages.push(['taken', stream, bytes]));
  onNote(theirs, note.sessionClose, ({ stream, code }) => nodeMessages.push(['close', stream, code]));
});

interface Opened {
  readonly socket: LinkSocket;
  readonly got: unknown[];
}
function open(clientIp = ''): Opened {
  const socket = sessions.open({ clientIp });
  const got: unknown[] = [];
  socket.listen({
    message: (bytes) => got.push(bytes.byteLength > 8 ? bytes.byteLength : [...bytes]),
    closed: (code, reason) => got.push(['closed', code, reason]),
  });
  return { socket, got };
}
const say = (streams: number[], ...bytes: number[]): void =>
  void post(theirs, note.sessionFrames, { streams, frame: Uint8Array.from(bytes) });
const sayBytes = (streams: number[], length: number): void =>
  void post(theirs, note.sessionFrames, { streams, frame: new Uint8Array(length) });

describe('sessions over one link', () => {
  test('are numbered upwards, and their messages arrive after the opening, in order', async () => {
    const [a, b] = [open('192.0.2.1'), open()];
    a.socket.send(Uint8Array.of(1));
    b.socket.send(Uint8Array.of(2));
    a.socket.send(Uint8Array.of(3));
    await arrived();
    expect(nodeMessages).toEqual([
      ['open', 1, '192.0.2.1'],
      ['open', 2, ''],
      ['frame', 1, [1]],
      ['frame', 2, [2]],
      ['frame', 1, [3]],
    ]);
  });

  test('get their messages in order, with a shared frame for several', async () => {
    const [a, b, c] = [open(), open(), open()];
    say([1, 3], 7);
    say([2, 1], 8);
    await arrived();
    expect([a.got, b.got, c.got]).toEqual([[[7], [8]], [[8]], [[7]]]);
  });

  test('get no messages of unknown or closed streams', async () => {
    const [a, b] = [open(), open()];
    a.socket.close(1000);
    say([1, 2, 99], 5);
    post(theirs, note.sessionClose, { stream: 99, code: 1000, reason: 'never was' });
    post(theirs, note.sessionClose, { stream: 1, code: 1000, reason: 'over' });
    await arrived();
    expect(a.got).toEqual([]);
    expect(b.got).toEqual([[5]]);
    expect(nodeMessages).toContainEqual(['close', 1, 1000]);
  });

  test('are not affected by a session whose listener throws', async () => {
    const reported: unknown[] = [];
    vi.stubGlobal('reportError', (error: unknown) => void reported.push(error));
    const mistake = new Error('mistake');
    sessions.open({ clientIp: '' }).listen({
      message: () => {
        throw mistake;
      },
      closed: () => undefined,
    });
    const b = open();
    say([1, 2], 5);
    await arrived();
    vi.unstubAllGlobals();
    expect(b.got).toEqual([[5]]);
    expect(reported).toEqual([mistake]);
  });
});

describe('taken bytes', () => {
  const acknowledgements = (): unknown[] => nodeMessages.filter((one) => (one as unknown[])[0] === 'taken');

  test('are acknowledged together at 16 KiB', async () => {
    open();
    sayBytes([1], 10_000);
    await arrived();
    expect(acknowledgements()).toEqual([]);
    sayBytes([1], 6384);
    sayBytes([1], 100);
    await arrived();
    expect(acknowledgements()).toEqual([['taken', 1, 16_384]]);
  });

  test('are counted for each session, also for a shared frame', async () => {
    open();
    open();
    sayBytes([1], 10_000);
    sayBytes([1, 2], 10_000);
    await arrived();
    expect(acknowledgements()).toEqual([['taken', 1, 20_000]]);
  });

  test('are not acknowledged while their client is slow, and all at once afterwards', async () => {
    const { socket, got } = open();
    socket.holdBack(true);
    sayBytes([1], 20_000);
    sayBytes([1], 30_000);
    await arrived();
    expect(got).toEqual([20_000, 30_000]);
    expect(acknowledgements()).toEqual([]);
    socket.holdBack(false);
    await arrived();
    expect(acknowledgements()).toEqual([['taken', 1, 50_000]]);
  });

  test('are acknowledged later when the link was full', async () => {
    open();
    ours.isFull = true;
    sayBytes([1], 20_000);
    await arrived();
    ours.isFull = false;
    sayBytes([1], 1);
    await arrived();
    expect(acknowledgements()).toEqual([['taken', 1, 20_001]]);
  });
});

describe('the end', () => {
  test('of a session by the signaling node reaches it once, without an answer', async () => {
    const { socket, got } = open();
    post(theirs, note.sessionClose, { stream: 1, code: 4003, reason: 'KICKED' });
    post(theirs, note.sessionClose, { stream: 1, code: 4003, reason: 'KICKED' });
    await arrived();
    socket.send(Uint8Array.of(1));
    socket.close(1000);
    await arrived();
    expect(got).toEqual([['closed', 4003, 'KICKED']]);
    expect(nodeMessages).toEqual([['open', 1, '']]);
    expect(sessions.size).toBe(0);
  });

  test('of a session by us is sent once, and no frame follows', async () => {
    const { socket, got } = open();
    socket.close(1000);
    socket.close(4000);
    socket.send(Uint8Array.of(1));
    say([1], 5);
    await arrived();
    expect(nodeMessages.slice(1)).toEqual([['close', 1, 1000]]);
    expect(got).toEqual([]);
  });

  test('of the link ends all its sessions as lost, and no more can be opened', async () => {
    const [a, b] = [open(), open()];
    await arrived();
    ours.end('cut');
    expect([a.got, b.got]).toEqual([[['closed', 1006, 'cut']], [['closed', 1006, 'cut']]]);
    expect(() => sessions.open({ clientIp: '' })).toThrow(expect.objectContaining({ code: 'SOCKET_FAILED' }));
    a.socket.send(Uint8Array.of(1));
    sessions.close('late');
    await arrived();
    expect(a.got).toHaveLength(1);
    expect(nodeMessages).toEqual([
      ['open', 1, ''],
      ['open', 2, ''],
    ]);
  });

  test('of all sessions by us is reported to the signaling node for each, and to the sessions as a loss', async () => {
    const [a, b] = [open(), open()];
    b.socket.close(1000);
    sessions.close('moving elsewhere');
    sessions.close('again');
    await arrived();
    expect(nodeMessages.slice(2)).toEqual([
      ['close', 2, 1000],
      ['close', 1, 4000],
    ]);
    expect(a.got).toEqual([['closed', 1006, 'moving elsewhere']]);
    expect(b.got).toEqual([]);
    expect(() => sessions.open({ clientIp: '' })).toThrow('moving elsewhere');
  });

  test('of the link makes later `LinkSessions` refuse every session', () => {
    theirs.end('gone');
    expect(() => new LinkSessions(ours).open({ clientIp: '' })).toThrow('gone');
  });
});

describe('bounds', () => {
  test('of a link are 2,000 sessions; an ended session makes room', () => {
    const all = Array.from({ length: 2000 }, () => open());
    expect(() => open()).toThrow(expect.objectContaining({ code: 'OVERLOADED', retryable: true }));
    all[7]?.socket.close(1000);
    open();
    expect(() => open()).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  });

  test('of a frame end the session that sends a larger one', async () => {
    const { socket, got } = open();
    socket.send(new Uint8Array(limits.clientFrameBytesMax + 1));
    await arrived();
    expect(got).toEqual([['closed', 1009, 'FRAME_TOO_LARGE']]);
    expect(nodeMessages.slice(1)).toEqual([['close', 1, 4000]]);
  });

  test('of a full link end the session that sends, which is reported as soon as possible', async () => {
    const [a, b] = [open(), open()];
    await arrived();
    ours.isFull = true;
    a.socket.send(Uint8Array.of(1));
    expect(a.got).toEqual([]);
    await arrived();
    expect(a.got).toEqual([['closed', 1013, 'the link takes no more']]);
    expect(() => open()).toThrow(expect.objectContaining({ code: 'SOCKET_FAILED' }));
    ours.isFull = false;
    say([2], 5);
    await arrived();
    expect(b.got).toEqual([[5]]);
    expect(nodeMessages.slice(2)).toEqual([['close', 1, 4000]]);
  });

  test('do not report a socket that is closed in the turn in which it failed', async () => {
    const { socket, got } = open();
    ours.isFull = true;
    socket.send(Uint8Array.of(1));
    socket.close(1000);
    await arrived();
    expect(got).toEqual([]);
  });
});
