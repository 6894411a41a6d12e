import { createLogger } from '@meridian/runtime';
import { describe, expect, it, vi } from 'vitest';
import { checkConfig, type ProbeConfig } from '../../../src/config.ts';
import { DialApiError } from '../../../src/dial/adapters/dial-api.ts';
import type { Report } from '../../../src/dial/core/results.ts';
import { Reports } from '../../../src/dial/reports.ts';

const report = (at: number): Report => ({ probe: 'p', hostId: 'h', region: 'r', everyS: at, results: [] });

/** Makes an api that answers with `answer`; `sent` are the reports that it received, in order. */
function reporter(answer: (at: number) => DialApiError | undefined) {
  const sent: number[] = [];
  const send = async ({ everyS: at }: Report): Promise<void> => {
    sent.push(at);
    const error = answer(at);
    if (error !== undefined) throw error;
  };
  const reports = new Reports({ send, log: createLogger({ name: 'test', level: 'silent' }) });
  return { reports, sent };
}
const unreachable = new DialApiError('API_UNREACHABLE', 'away', { isTransient: true });

describe('reports', () => {
  it('that the api could not accept are sent again before a later report, at most twenty in all', async () => {
    let isAway = true;
    const { reports, sent } = reporter(() => (isAway ? unreachable : undefined));
    for (let at = 0; at < 30; at += 1) {
      reports.add(report(at));
      await vi.waitFor(() => expect(sent.length).toBe(at + 1));
      await Promise.resolve();
    }
    isAway = false;
    sent.length = 0;
    reports.add(report(30));
    await vi.waitFor(() => expect(sent).toEqual(Array.from({ length: 20 }, (_, at) => at + 11)));
  });

  it('that the api refuses are not sent again', async () => {
    const { reports, sent } = reporter((at) => (at === 1 ? new DialApiError('REQUEST_INVALID', 'no') : undefined));
    for (const at of [0, 1, 2]) reports.add(report(at));
    await vi.waitFor(() => expect(sent).toEqual([0, 1, 2]));
    reports.add(report(3));
    await vi.waitFor(() => expect(sent).toEqual([0, 1, 2, 3]));
  });

  it('are no longer sent after the close', async () => {
    const { reports, sent } = reporter(() => undefined);
    reports.close();
    reports.add(report(0));
    await Promise.resolve();
    expect(sent).toEqual([]);
  });
});

describe('the configuration of dial tests', () => {
  const secret = 'kZ3v8Qw1Lr7Tb5Yn2Xc9Hd4Fg6Js0Pm+';
  const base = {
    centreUrl: 'wss://127.0.0.1:1',
    enrolUrl: 'https://127.0.0.1:1',
    probeListen: { ip: '127.0.0.1', port: 0 },
    stateDir: '/tmp',
    probeUdp: true,
  };
  const issuesOf = (dial: object): string[] =>
    checkConfig({
      ...base,
      dial: { apiUrl: 'https://meet.example', key: 'k', everyS: 20, ...dial },
    } as unknown as ProbeConfig)
      .filter(({ key }) => key.startsWith('dial'))
      .map(({ key, isWarning }) => `${isWarning === true ? 'warning ' : ''}${key}`);

  it.each([
    { dial: { secret }, issues: [] },
    { dial: { secret, apiUrl: 'http://127.0.0.1:7810' }, issues: [] },
    { dial: {}, issues: ['dial.secret'] },
    { dial: { secret, secretFile: '/etc/hostname' }, issues: ['dial.secretFile'] },
    { dial: { secretFile: '/nowhere' }, issues: ['dial.secretFile'] },
    { dial: { secret, apiUrl: 'ftp://meet.example' }, issues: ['dial.apiUrl'] },
    { dial: { secret, apiUrl: 'https://me:you@meet.example' }, issues: ['dial.apiUrl'] },
    { dial: { secret, apiUrl: 'http://meet.example' }, issues: ['warning dial.apiUrl'] },
  ])('$dial has the issues $issues', ({ dial, issues }) => {
    expect(issuesOf(dial)).toEqual(issues);
  });
});
