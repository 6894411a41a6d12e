// Tests sessions over the link of a gateway, against a fake link that records its messages.
import { limits, type Note, note } from '@meridian/protocol';
import { createLogger, type Link } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { bounds } from '../../src/limits.ts';
import { OpenedSessions } from '../../src/links/opened-sessions.ts';
import type { ClientSocket, ClientSocketHandlers } from '../../src/ports.ts';

const LINK_BYTES_MAX = 1024 * 1024;

/** Link to a gateway. `sendFromGateway` hands a message to the service; `received`: the service's messages. */
class FakeLink implements Link {
  readonly remote;
  readonly localAddress = '';
  readonly remoteAddress = '';
  closed = false;
  cause = '';
  isFull = false;
  readonly received: object[] = [];
  readonly #handlers = new Map<number, (payload: Uint8Array) => void>();
  readonly #closing: ((cause: string) => void)[] = [];

  constructor(kind = 'gateway', id = 'gw-1') {
    this.remote = { id, kind, region: 'fra' };
  }

  send(type: number, payload: Uint8Array): boolean {
    if (payload.length > LINK_BYTES_MAX) throw Object.assign(new Error('too large'), { code: 'LINK_TOO_LARGE' });
    if (this.closed || this.isFull) return false;
    if (type === note.sessionFrames.number) {
      const { streams, frame } = note.sessionFrames.message.decode(payload);
      this.received.push({ streams, frame: frame[0], bytes: frame.byteLength });
    } else {
      expect(type).toBe(note.sessionClose.number);
      const { stream, code, reason } = note.sessionClose.message.decode(payload);
      this.received.push({ closed: stream, code, reason });
    }
    return true;
  }
  request(): Promise<Uint8Array> {
    throw new Error('nothing is asked');
  }
  onRequest(): void {
    throw new Error('nothing is answered');
  }
  onMessage(type: number, handler: (payload: Uint8Array, link: Link) => void): void {
    this.#handlers.set(type, (payload) => handler(payload, this));
  }
  onClose(handler: (cause: string) => void): void {
    this.#closing.push(handler);
  }
  close(cause: string): void {
    if (this.closed) return;
    this.closed = true;
    this.cause = cause;
    for (const handler of this.#closing) handler(cause);
  }

  sendFromGateway<M, MP>(kind: Note<M, MP>, message: NoInfer<MP>): void {
    const handler = this.#handlers.get(kind.number);
    if (handler === undefined) throw new Error(`nothing hears ${kind.number}`);
    handler(kind.message.encode(message).finish());
  }
  openFromGateway(stream: number, clientIp = ''): void {
    this.sendFromGateway(note.sessionOpen, { stream, clientIp });
  }
  closeFromGateway(stream: number, code: number): void {
    this.sendFromGateway(note.sessionClose, { stream, code });
  }
}

interface Session {
  readonly socket: ClientSocket;
  readonly from: object;
  readonly heard: number[];
  readonly ends: { clean: boolean; why: string }[];
}

function setUp(link = new FakeLink(), isFull = () => false) {
  const sessions: Session[] = [];
  const opened = new OpenedSessions({
    log: createLogger({ name: 'test', level: 'fatal' }),
    isFull,
    open(socket, from): ClientSocketHandlers {
      const session: Session = { socket, from, heard: [], ends: [] };
      sessions.push(session);
      return {
        onFrame: (bytes) => session.heard.push(bytes[0] ?? -1),
        sendChannel: () => false,
        onText: () => undefined,
        onSilent: () => undefined,
        onEnd: (clean, why) => session.ends.push({ clean, why }),
      };
    },
  });
  opened.take(link);
  const socket = (index: number): ClientSocket => sessions[index]?.socket as ClientSocket;
  return { link, opened, sessions, socket };
}

/** Resolves at the end of this turn. */
const endOfTurn = () => new Promise<void>((resolve) => void setImmediate(resolve));
/** Returns a frame that its first byte identifies. */
const frame = (mark: number, bytes = 1): Uint8Array => new Uint8Array(bytes).fill(mark, 0, 1);
const ended = (stream: number, code: number, reason: string) => ({ closed: stream, code, reason });

describe('a session that a gateway opens over its link', () => {
  it('belongs to its opener, has the address that it names, and gets its own frames', () => {
    const { link, sessions } = setUp();
    link.openFromGateway(3, '2001:db8::1');
    link.openFromGateway(8);
    link.sendFromGateway(note.sessionFrame, { stream: 8, frame: frame(1) });
    link.sendFromGateway(note.sessionFrame, { stream: 3, frame: frame(2) });
    link.sendFromGateway(note.sessionFrame, { stream: 8, frame: frame(3) });
    expect(sessions.map(({ from }) => from)).toEqual([
      { clientIp: '2001:db8::1', opener: { id: 'gw-1', kind: 'gateway' } },
      { clientIp: '', opener: { id: 'gw-1', kind: 'gateway' } },
    ]);
    expect(sessions.map(({ heard }) => heard)).toEqual([[2], [1, 3]]);
  });

  it('gets its frames in order; a frame that several sessions get crosses the link once', async () => {
    const { link, socket } = setUp();
    for (const stream of [1, 2, 3]) link.openFromGateway(stream);
    const [shared, again] = [frame(1), frame(4)];
    for (const index of [0, 1, 2]) socket(index).send(shared);
    socket(1).send(frame(2));
    socket(0).send(frame(3));
    for (const index of [2, 1]) socket(index).sendData(again, { lossy: true });
    socket(0).send(shared);
    expect(link.received).toEqual([]);
    await endOfTurn();
    expect(link.received).toEqual([
      { streams: [1, 2, 3], frame: 1, bytes: 1 },
      { streams: [2], frame: 2, bytes: 1 },
      { streams: [1], frame: 3, bytes: 1 },
      { streams: [3, 2], frame: 4, bytes: 1 },
      { streams: [1], frame: 1, bytes: 1 },
    ]);
  });

  it('ends with BACKPRESSURE when its client reads too slowly, and other sessions continue', async () => {
    const { link, sessions, socket } = setUp();
    link.openFromGateway(1);
    link.openFromGateway(2);
    const half = frame(1, limits.clientBufferedBytesMax / 2);
    for (const index of [0, 1, 0, 1]) expect(socket(index).send(half)).toBe(true);
    // The gateway reports more consumed bytes than it was sent; the surplus gives no credit.
    link.sendFromGateway(note.sessionConsumed, { stream: 2, bytes: 3 * limits.clientBufferedBytesMax });
    const one = frame(2);
    expect([socket(0).send(one), socket(1).send(one)]).toEqual([false, true]);
    expect(sessions[0]?.ends).toEqual([]); // not from within the call
    await endOfTurn();
    expect(sessions.map(({ ends }) => ends)).toEqual([[{ clean: false, why: 'BACKPRESSURE' }], []]);
    expect(link.received).toContainEqual(ended(1, 4429, 'BACKPRESSURE'));
    expect(link.received.at(-1)).toEqual({ streams: [2], frame: 2, bytes: 1 });
    socket(1).send(frame(3, limits.clientBufferedBytesMax - 1));
    expect(socket(1).send(one)).toBe(false);
    // The end is known and not sent again.
    expect([socket(0).send(one), socket(0).sendData(one, { lossy: true })]).toEqual([true, true]);
  });

  it.each([
    ['lossy', true, bounds.lossyBufferedBytesMax],
    ['reliable', false, bounds.dataBufferedBytesMax],
  ])('is not sent %s data beyond its bound of waiting bytes, and continues', async (_name, lossy, bufferedMax) => {
    const { link, sessions, socket } = setUp();
    link.openFromGateway(1);
    socket(0).send(frame(1, bufferedMax));
    expect(socket(0).sendData(frame(2), { lossy })).toBe(false);
    link.sendFromGateway(note.sessionConsumed, { stream: 1, bytes: 1 });
    expect(socket(0).sendData(frame(3), { lossy })).toBe(true);
    await endOfTurn();
    expect(link.received.at(-1)).toEqual({ streams: [1], frame: 3, bytes: 1 });
    expect(sessions[0]?.ends).toEqual([]);
  });

  it('ends when a full link refuses its frame; other sessions stay, and its next message is answered SESSION_UNKNOWN', async () => {
    const { link, opened, sessions, socket } = setUp();
    link.openFromGateway(1);
    link.openFromGateway(2);
    link.isFull = true;
    socket(0).send(frame(1));
    await endOfTurn();
    expect([sessions.map(({ ends }) => ends.length), link.closed, opened.size]).toEqual([[1, 0], false, 1]);
    expect(sessions[0]?.ends[0]).toEqual({ clean: false, why: 'BACKPRESSURE' });
    link.isFull = false;
    link.sendFromGateway(note.sessionFrame, { stream: 1, frame: frame(9) });
    socket(1).send(frame(2));
    await endOfTurn();
    expect(link.received).toEqual([ended(1, 4410, 'SESSION_UNKNOWN'), { streams: [2], frame: 2, bytes: 1 }]);
    expect(sessions[0]?.heard).toEqual([]);
  });

  it('is lost with a frame that no link accepts', async () => {
    const { link, sessions, socket } = setUp();
    link.openFromGateway(1);
    link.openFromGateway(2);
    socket(0).send(frame(1, LINK_BYTES_MAX));
    socket(1).send(frame(2));
    await endOfTurn();
    expect(link.received).toEqual([ended(1, 4429, 'BACKPRESSURE'), { streams: [2], frame: 2, bytes: 1 }]);
    expect(sessions.map(({ ends }) => ends.length)).toEqual([1, 0]);
  });

  it.each([
    [1000, true],
    [1001, false],
    [1005, true],
    [1006, false],
    [4410, false],
    [0, false],
  ])('that the opener closes with %i counts as ended on purpose: %s', async (code, clean) => {
    const { link, opened, sessions, socket } = setUp();
    link.openFromGateway(1);
    socket(0).send(frame(1));
    link.closeFromGateway(1, code);
    link.closeFromGateway(1, code);
    link.closeFromGateway(7, code);
    socket(0).close(1000, 'late');
    socket(0).terminate();
    await endOfTurn();
    expect(sessions[0]?.ends).toEqual([{ clean, why: `close code ${code}` }]);
    expect([link.received, opened.size]).toEqual([[], 0]);
  });

  it('that the service closes gets the earlier frames, then the close code', async () => {
    const { link, opened, sessions, socket } = setUp();
    link.openFromGateway(1);
    link.openFromGateway(2);
    const shared = frame(1);
    socket(0).send(shared);
    socket(1).send(shared);
    socket(0).send(frame(2));
    socket(0).close(4401, 'TOKEN_INVALID');
    socket(0).send(frame(3));
    socket(1).send(frame(4));
    socket(1).terminate();
    await endOfTurn();
    expect(link.received).toEqual([
      { streams: [1, 2], frame: 1, bytes: 1 },
      { streams: [1], frame: 2, bytes: 1 },
      ended(1, 4401, 'TOKEN_INVALID'),
      ended(2, 4500, 'INTERNAL'),
    ]);
    expect(sessions.map(({ ends }) => ends.map(({ clean }) => clean))).toEqual([[false], [false]]);
    expect(opened.size).toBe(0);
  });
});

describe('an opening that is refused', () => {
  const invalid = (stream: number) => ended(stream, 4400, 'REQUEST_INVALID');

  it.each<[string, (link: FakeLink) => void, object[], number]>([
    ['without a number', (link) => link.openFromGateway(0), [invalid(0)], 1],
    [
      'with a number that was used before',
      (link) => [link.closeFromGateway(5, 1000), link.openFromGateway(5)],
      [invalid(5)],
      0,
    ],
    ['with a number below the last', (link) => link.openFromGateway(4), [invalid(4)], 1],
    ['for a client without an address', (link) => link.openFromGateway(6, 'localhost'), [invalid(6)], 1],
  ])('%s does no harm to the others', async (_name, act, received, remaining) => {
    const { link, opened, sessions } = setUp();
    link.openFromGateway(5);
    act(link);
    await endOfTurn();
    expect([link.received, opened.size, sessions.length]).toEqual([received, remaining, 1]);
    link.openFromGateway(9);
    expect(opened.size).toBe(remaining + 1);
  });

  it('because its number is in use ends the earlier session with this number too, since both look the same', async () => {
    const { link, opened, sessions } = setUp();
    link.openFromGateway(1);
    link.openFromGateway(2);
    link.openFromGateway(1);
    await endOfTurn();
    expect([link.received, opened.size]).toEqual([[invalid(1)], 1]);
    expect(sessions.map(({ ends }) => ends)).toEqual([[{ clean: false, why: 'REQUEST_INVALID' }], []]);
  });

  it('was opened above the bound of its link; a later one is accepted after the end of another session', async () => {
    const { link, opened } = setUp();
    for (let stream = 1; stream <= bounds.openedSessionsPerLinkMax; stream += 1) link.openFromGateway(stream);
    link.openFromGateway(bounds.openedSessionsPerLinkMax + 1);
    expect(link.received).toEqual([ended(bounds.openedSessionsPerLinkMax + 1, 4503, 'OVERLOADED')]);
    const other = new FakeLink('recorder', 'rec-1');
    opened.take(other);
    other.openFromGateway(1);
    link.closeFromGateway(7, 1000);
    link.openFromGateway(bounds.openedSessionsPerLinkMax + 2);
    expect([link.received.length, other.received.length, opened.size]).toEqual([
      1,
      0,
      bounds.openedSessionsPerLinkMax + 1,
    ]);
  });

  it('because the node is full succeeds later, once a client has left', () => {
    let isFull = true;
    const { link, opened } = setUp(new FakeLink(), () => isFull);
    link.openFromGateway(1);
    expect([link.received, opened.size]).toEqual([[ended(1, 4503, 'OVERLOADED')], 0]);
    isFull = false;
    link.openFromGateway(2);
    expect([link.received.length, opened.size]).toEqual([1, 1]);
  });

  it('was opened while the service closes; its opener gets SHUTTING_DOWN, and nothing of the session remains', async () => {
    const link = new FakeLink();
    const ends: boolean[] = [];
    const opened = new OpenedSessions({
      log: createLogger({ name: 'test', level: 'fatal' }),
      isFull: () => false,
      open(socket): ClientSocketHandlers {
        socket.send(frame(1));
        socket.close(4503, 'SHUTTING_DOWN');
        const nothing = (): void => undefined;
        const sendChannel = (): boolean => false;
        const onEnd = (clean: boolean): void => void ends.push(clean);
        return { onFrame: nothing, sendChannel, onText: nothing, onSilent: nothing, onEnd };
      },
    });
    opened.take(link);
    link.openFromGateway(1);
    await endOfTurn();
    expect(link.received).toEqual([{ streams: [1], frame: 1, bytes: 1 }, ended(1, 4503, 'SHUTTING_DOWN')]);
    expect([ends, opened.size]).toEqual([[false], 0]);
  });
});

describe('the link of a gateway', () => {
  it('ends its own sessions with it, each once, and those of no other link', async () => {
    const { link, opened, sessions, socket } = setUp();
    const other = new FakeLink('gateway', 'gw-2');
    opened.take(other);
    link.openFromGateway(1);
    link.openFromGateway(2);
    other.openFromGateway(1);
    socket(0).send(frame(1));
    link.closeFromGateway(2, 1000);
    opened.cut(new Set(['gw-1', 'gw-9']), 'shut out');
    await endOfTurn();
    expect(sessions.map(({ ends }) => ends)).toEqual([
      [{ clean: false, why: 'shut out' }],
      [{ clean: true, why: 'close code 1000' }],
      [],
    ]);
    expect([link.received, link.cause, other.closed, opened.size]).toEqual([[], 'shut out', false, 1]);
  });

  it.each(['api', 'sfu', 'constructor'])('is closed with a reason when the node is of kind %s', (kind) => {
    const link = new FakeLink(kind);
    const { opened } = setUp(link);
    expect([link.closed, opened.size]).toEqual([true, 0]);
    expect(link.cause).toContain('KIND_NOT_PERMITTED');
  });
});
