// Joins: one request, other signaling nodes when one fails, and a page's preparation.
import { beforeEach, describe, expect, test } from 'vitest';
import type { ClientFrame, SignalingConnection } from './fake-signaling.ts';
import { connect, logOf } from './page.ts';
import { eachTestHasSignalingAndAPage, eventually, isJoin, joinOf, page, signaling } from './rig.ts';

eachTestHasSignalingAndAPage();

describe('a join', () => {
  test('gets everything that media needs by one request', async () => {
    let framesAtJoined: string[] = [];
    signaling.seat(1).behave = (connection, frame) => {
      if (isJoin(frame)) framesAtJoined = connection.bodies();
      return false;
    };
    expect(await connect(page, signaling.url)).toBe('connected');
    expect(framesAtJoined).toEqual(['join']);
    const timings = (await page.evaluate('room.joinTimings')) as { requestsToJoined: number };
    expect(timings.requestsToJoined).toBe(1);
    const join = joinOf(signaling.seat(1).last);
    const [send, recv] = [join?.sendEndpoint, join?.recvEndpoint].map(
      (endpoint) => endpoint?.webrtc?.fingerprint?.value,
    );
    expect(send).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(recv).not.toBe(send);
    expect(join?.recvRtpCapabilities?.codecs?.length).toBeGreaterThan(3);
    expect(join?.token).toBe('token');
    expect(join?.resume ?? undefined).toBeUndefined();
  });

  test('goes to the second instance when the first refuses the socket', async () => {
    signaling.seat(1).open = false;
    expect(await connect(page, signaling.url)).toBe('connected');
    expect(signaling.seat(2).connections).toHaveLength(1);
  });

  test('without an answer is given up after its deadline and repeated at the other instance', async () => {
    signaling.seat(1).behave = () => true;
    const startedMs = performance.now();
    expect(await connect(page, signaling.url)).toBe('connected');
    expect(performance.now() - startedMs).toBeGreaterThan(5500);
    expect(signaling.seat(2).last.bodies()[0]).toBe('join');
    await eventually(() => expect(signaling.seat(1).last.closeCode).toBeDefined());
  });

  test.each([
    { code: 'TOKEN_EXPIRED', retryable: false },
    { code: 'NOT_PERMITTED', retryable: false },
    { code: 'PROTOCOL_UNSUPPORTED', retryable: false },
  ])('refused with $code ends at once with that code', async ({ code, retryable }) => {
    for (const seat of signaling.seats) {
      seat.behave = (connection, frame) => {
        connection.reply(frame, { error: { code, message: 'no', retryable, retryAfterMs: 0 } });
        return true;
      };
    }
    expect(await connect(page, signaling.url)).toBe(code);
    expect(await logOf(page)).toContain(`disconnected ${code} ${code}`);
    expect(await page.evaluate('room.state')).toBe('disconnected');
    expect(signaling.seats.flatMap((seat) => seat.connections.filter((one) => joinOf(one) !== undefined))).toHaveLength(
      1,
    );
  });

  test('refused for a time is repeated, not sooner than the service allows', async () => {
    const joinedMs: number[] = [];
    const behave = (connection: SignalingConnection, frame: ClientFrame): boolean => {
      if (!isJoin(frame)) return false;
      joinedMs.push(performance.now());
      if (joinedMs.length > 1) return false;
      connection.reply(frame, { error: { code: 'NO_CAPACITY', message: '', retryable: true, retryAfterMs: 700 } });
      return true;
    };
    for (const seat of signaling.seats) seat.behave = behave;
    expect(await connect(page, signaling.url)).toBe('connected');
    expect((joinedMs[1] ?? 0) - (joinedMs[0] ?? 0)).toBeGreaterThanOrEqual(695);
  });
});

describe('a prepared connection', () => {
  const prepare = (options: Record<string, unknown>) =>
    page.evaluate(`room.prepareConnection(${JSON.stringify(signaling.url)}, ${JSON.stringify(options)})`);
  const socketsOf = () => signaling.seats.map((seat) => seat.connections.length);
  beforeEach(() => {
    signaling.seat(2).open = false; // a slow machine lets the second candidate join the race
  });

  test('is used by connect(): the signaling node sees one request for the entry, one socket and one Join', async () => {
    await prepare({});
    expect([signaling.entryRequests, socketsOf()]).toEqual([1, [0, 0]]);
    await prepare({ openSocket: true });
    await eventually(() => expect(socketsOf()).toEqual([1, 0]));
    expect(signaling.seat(1).last.bodies()).toEqual([]);
    expect(await connect(page, signaling.url)).toBe('connected');
    expect([signaling.entryRequests, socketsOf()]).toEqual([1, [1, 0]]);
    expect(
      signaling
        .seat(1)
        .last.bodies()
        .filter((body) => body === 'join'),
    ).toHaveLength(1);
  });
});
