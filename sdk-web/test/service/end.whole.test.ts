import { describe, expect, test } from 'vitest';
import { connect, logged, logOf } from './page.ts';
import { eachTestHasSignalingAndAPage, eventually, joinOf, page, signaling } from './rig.ts';

eachTestHasSignalingAndAPage();

/**
 * Connects another room of the page, before which a first retry without delay would come; then returns the tokens of
 * all Joins.
 */
async function joinsAfterAnother(): Promise<(string | undefined)[]> {
  await page.evaluate(`new M.Room().connect(${JSON.stringify(signaling.url)}, 'another')`);
  const joins = signaling.seats.flatMap((seat) => seat.connections.flatMap((connection) => joinOf(connection) ?? []));
  return joins.map((join) => join.token ?? undefined);
}
describe('a socket that is lost', () => {
  test('is reopened at the second instance, with the session to resume', async () => {
    expect(await connect(page, signaling.url)).toBe('connected');
    signaling.seat(1).last.socket.terminate();
    await logged(page, 'reconnected');
    expect(joinOf(signaling.seat(2).last)?.resume).toMatchObject({
      sessionId: 'PA_0000000000000001',
      resumeKey: 'key-1',
    });
    expect(await logOf(page)).toEqual(
      expect.arrayContaining(['signalReconnecting', 'connectionStateChanged signalReconnecting', 'reconnected']),
    );
    expect(await logOf(page)).not.toContain('reconnecting');
    expect(await page.evaluate('room.state')).toBe('connected');
  });

  test('is followed by a new session when the resume is refused', async () => {
    signaling.seat(2).behave = (connection, frame) => {
      if (frame.join?.resume == null) return false;
      connection.reply(frame, { error: { code: 'RESUME_REFUSED', message: '', retryable: true, retryAfterMs: 0 } });
      return true;
    };
    expect(await connect(page, signaling.url)).toBe('connected');
    signaling.seat(1).open = false;
    signaling.seat(1).last.socket.terminate();
    await logged(page, 'reconnected');
    // On a slow machine the first connect() also raced a socket to this instance, which carried no Join.
    const joined = signaling.seat(2).connections.flatMap((connection) => joinOf(connection) ?? []);
    const joins = joined.map((join) => join.resume?.sessionId ?? 'new');
    expect(joins).toEqual(['PA_0000000000000001', 'new']);
    const log = await logOf(page);
    expect(log.indexOf('signalReconnecting')).toBeLessThan(log.indexOf('reconnecting'));
    expect(log.indexOf('reconnecting')).toBeLessThan(log.indexOf('reconnected'));
  });
});

describe('a Disconnect of the service', () => {
  test.each([{ code: 'DUPLICATE_IDENTITY' }, { code: 'KICKED' }])(
    'for good ($code) ends the room with that reason and is not retried',
    async ({ code }) => {
      expect(await connect(page, signaling.url)).toBe('connected');
      signaling.seat(1).last.send({ disconnect: { code, message: '', reconnect: false } });
      signaling.seat(1).last.socket.close(1000);
      await logged(page, `disconnected ${code} ${code}`);
      expect(await page.evaluate('room.state')).toBe('disconnected');
      expect(await joinsAfterAnother()).toEqual(['token', 'another']);
    },
  );

  test('from a signaling node that shuts down moves the signaling to another instance', async () => {
    expect(await connect(page, signaling.url)).toBe('connected');
    signaling.seat(1).last.send({ disconnect: { code: 'SHUTTING_DOWN', message: '', reconnect: true } });
    signaling.seat(1).last.socket.close(1001);
    await logged(page, 'reconnected');
    expect(joinOf(signaling.seat(2).last)?.resume?.sessionId).toBe('PA_0000000000000001');
  });
});

describe('leaving', () => {
  test('sends Leave and a clean close, and is reported to the page once', async () => {
    expect(await connect(page, signaling.url)).toBe('connected');
    await page.evaluate('Promise.all([room.disconnect(), room.disconnect()])');
    await eventually(() => expect(signaling.seat(1).last.closeCode).toBe(1000));
    expect(signaling.seat(1).last.bodies()).toContain('leave');
    expect((await logOf(page)).filter((entry) => entry.startsWith('disconnected'))).toEqual([
      'disconnected CLIENT_INITIATED',
    ]);
  });
});
