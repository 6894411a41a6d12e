// Lines that a media node sends to its forwarder when the daily keys change, recorded by a fake forwarder.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCEPT_OLD_MS, SEND_OLD_MS } from '@meridian/protocol';
import { createLogger, ManualClock, seededRng, type Timer } from '@meridian/runtime';
import { afterEach, expect, test } from 'vitest';
import { deriveKey, nodeNumberOf } from '../../src/adapters/pathd.ts';
import { PathHub } from '../../src/paths.ts';
import { until } from './kit/cloud.ts';

/** Clock on which hours pass between two lines. Its checks never run, since they would count the forwarder as dead. */
class HoursClock extends ManualClock {
  override every(): Timer {
    return { cancel: () => undefined };
  }
}
const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function openHub({ answers = true } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'pathd-lines-'));
  const [bin, file] = [join(folder, 'pathd'), join(folder, 'lines')];
  const script = `while read -r number line; do echo "$line" >> ${file}; ${answers ? 'echo "ok $number"; ' : ''}done`;
  writeFileSync(bin, `#!/bin/sh\necho ready 1 2\n${script}\n`);
  chmodSync(bin, 0o755);
  const clock = new HoursClock();
  const logLines: string[] = [];
  const destination = { write: (line: string) => void logLines.push(line) };
  const pathHub = new PathHub({
    bin,
    nodeId: 'me',
    listen: { ip: '127.0.0.1', port: 1 },
    pipeIp: '127.0.0.1',
    clock,
    log: createLogger({ name: 'sfu', destination }),
    rng: seededRng('keys'),
    onGone: () => undefined,
    onFlip: () => undefined,
    onLinks: () => undefined,
  });
  open.push(() => {
    pathHub.close();
    rmSync(folder, { recursive: true });
  });
  await pathHub.start();
  const lines = (): string[] => (existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []);
  return { made: pathHub, clock, lines, said: logLines };
}

test('a closed hub logs nothing about orders that are still unanswered', async () => {
  const { made, lines, said } = await openHub({ answers: false });
  const addresses = [{ purpose: 'path', protocol: 'udp', ip: '10.0.0.9', port: 7 }];
  made.applyPlan({ nodes: [{ nodeId: 'r', kind: 'sfu', hostId: 'host-r', addresses }] });
  const pairKey = new Uint8Array(32).fill(1);
  made.applyRoutes({ version: 1, since: 0, rows: [{ toHostId: 'host-r', primaryVia: '', pairKey }] });
  await until('it is sent', () => lines().length >= 1);
  made.close();
  await new Promise(setImmediate);
  expect(said).toEqual([]);
});

test('a hub with a new key sends with the old key for 30 s, and accepts the old key for an hour', async () => {
  const { made, clock, lines } = await openHub();
  const [monday, tuesday] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const routes = (pairKey: Uint8Array) =>
    made.applyRoutes({ version: 1, since: 0, rows: [{ toHostId: 'host-r', primaryVia: '', pairKey }] });
  const order = (sending: Uint8Array, ...accepted: Uint8Array[]): string => {
    const keys = [deriveKey(sending, 'me', 'r'), ...accepted.map((key) => deriveKey(key, 'r', 'me'))];
    return ['peer', nodeNumberOf('r'), '10.0.0.9', '7', ...keys].join(' ');
  };
  const expectedLines: string[] = [];
  const expectSent = async (line: string): Promise<void> => {
    expectedLines.push(line);
    await until('it is sent', () => lines().length >= expectedLines.length);
    expect(lines()).toEqual(expectedLines);
  };
  const addresses = [{ purpose: 'path', protocol: 'udp', ip: '10.0.0.9', port: 7 }];
  made.applyPlan({ nodes: [{ nodeId: 'r', kind: 'sfu', hostId: 'host-r', addresses }] });
  routes(monday);
  await expectSent(order(monday, monday));
  clock.advance(7_200_000);
  routes(tuesday);
  await expectSent(order(monday, tuesday, monday));
  clock.advance(SEND_OLD_MS - 1);
  routes(tuesday); // the same again, as with every change of a path
  clock.advance(1);
  await expectSent(order(tuesday, tuesday, monday));
  clock.advance(ACCEPT_OLD_MS - SEND_OLD_MS - 1);
  routes(tuesday);
  clock.advance(1);
  await expectSent(order(tuesday, tuesday));
});
