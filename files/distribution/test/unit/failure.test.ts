import { expect, it } from 'vitest';
import { outcomeOf } from '../../src/inbox/failure.ts';
import { SinkError } from '../../src/sinks/sink.ts';

it.each([
  [new SinkError('TARGET_REFUSED', "EACCES: permission denied, open '/srv/films/a.mp4'"), 'TARGET_REFUSED', 'the file'],
  [new SinkError('TARGET_REFUSED', 'connect ECONNREFUSED 10.0.0.7:22'), 'TARGET_REFUSED', '(address)'],
])('a receipt names no path or address of the receiver: %s', (error, code, shown) => {
  const outcome = outcomeOf(error, { attempts: 0, fallback: 'TARGET_UNREACHABLE', isOffline: false, random: 0 });
  expect(outcome).toMatchObject({ kind: 'ended', code, detail: expect.stringContaining(shown) });
  expect(JSON.stringify(outcome)).not.toMatch(/srv|10\.0/);
});
