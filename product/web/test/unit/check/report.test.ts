import { type CheckReport, checkAdviceCodes, checkPartCodes } from '@meridian/sdk-web';
import { describe, expect, it } from 'vitest';
import { checkTexts } from '../../../src/check/core/messages/texts.ts';
import { adviceOf, checkParts, reportText, rowsOf, type Words } from '../../../src/check/core/report.ts';
import { endpointText, formatIn } from '../../../src/check/core/values.ts';
import { sayOf } from '../../../src/core/messages/both-languages.ts';
import { badReport, goodReport, limitedReport, runningReport } from '../../../src/stories/check-reports.ts';

const english: Words = { say: sayOf(checkTexts, 'en'), format: formatIn('en') };
const chinese: Words = { say: sayOf(checkTexts, 'zh'), format: formatIn('zh-CN') };
const linesOf = (report: CheckReport | undefined, words = english) =>
  rowsOf(report, words).map(({ part, state, finding }) => [part, state, finding].join(' | '));

describe('the texts of the check', () => {
  it('exist for every advice and reason that the SDK knows, and for no other', () => {
    const known = Object.keys(checkTexts.en);
    for (const code of Object.keys(checkAdviceCodes))
      expect(known).toEqual(expect.arrayContaining([`advice.${code}`, `advice.${code}.text`]));
    const codes = known.filter((key) => key.startsWith('code.')).map((key) => key.slice('code.'.length));
    expect(codes.sort()).toEqual([...Object.keys(checkPartCodes), 'other'].sort());
    const advised = known.flatMap((key) => /^advice\.([A-Z_]+)/.exec(key)?.[1] ?? []);
    expect([...new Set(advised)].sort()).toEqual(Object.keys(checkAdviceCodes).sort());
  });
});

describe('the rows of a report', () => {
  it('show the findings as texts with numbers', () => {
    expect(linesOf(goodReport)).toEqual([
      'camera | passed | 1,280 × 720, 30 frames per second'.replace('1,280', '1280'),
      'microphone | passed | Your voice was heard.',
      'signaling | passed | Reached in 84 ms',
      'udp | passed | Open: connected in 141 ms',
      'tcp | passed | Open: connected in 203 ms',
      'tls | passed | Open over a relay server: connected in 260 ms',
      'uplink | passed | 2.8 Mbit/s, loss 0 %, round trip 22 ms',
      'downlink | passed | 2.8 Mbit/s, loss 0.1 %, jitter 4 ms',
    ]);
  });
  it('show why a part failed or was skipped, and mark a passed part with advice', () => {
    const lines = linesOf(limitedReport);
    expect(lines).toContain('udp | failed | Blocked: no connection could be made');
    expect(lines).toContain('tls | skipped | Not offered by this service');
    expect(lines).toContain('uplink | limited | 640 kbit/s, loss 3.4 %, round trip 94 ms');
    expect(lines).toContain('microphone | failed | The microphone is on, but no sound was heard');
    expect(linesOf(badReport).slice(0, 4)).toEqual([
      'camera | failed | Your browser blocks the camera',
      'microphone | passed | Your voice was heard.',
      'signaling | failed | The service cannot be reached',
      'udp | skipped | Not tried: the service cannot be reached',
    ]);
  });
  it('show running and waiting parts, also before the first report', () => {
    expect(linesOf(runningReport).slice(4, 6)).toEqual(['tcp | running | Being checked…', 'tls | waiting | Queued']);
    expect(linesOf(undefined)).toEqual(checkParts.map((part) => `${part} | waiting | Queued`));
  });
  it('show an unknown code', () => {
    const report = { ...goodReport, tcp: { state: 'failed', code: 'NEVER_HEARD_OF' } } as const;
    expect(linesOf(report)).toContain('tcp | failed | Failed (NEVER_HEARD_OF)');
  });
  it('contain the measured details to unfold, without unmeasured ones', () => {
    const factsOf = (part: string) => rowsOf(limitedReport, english).find((row) => row.part === part)?.facts;
    expect(factsOf('udp')).toEqual([
      ['Tried', 'UDP 203.0.113.10:40000'],
      ['Code', 'PATH_BLOCKED'],
    ]);
    expect(factsOf('signaling')).toEqual([
      ['Signaling node', 'sig-fra-1'],
      ['Address', 'wss://sig-fra-1.example.org'],
      ['Connected in', '84 ms'],
      ['Round trip', '21 ms'],
    ]);
  });
});

describe('the advice of a report', () => {
  const [udp, uplink, loss] = adviceOf(limitedReport, english);
  it('names the protocols and addresses that a firewall has to let through', () => {
    expect(udp?.text).toBe(
      'Ask your network’s administrator to allow UDP 203.0.113.10:40000. Until then calls work by TCP, with more delay.',
    );
    const targets = [
      { protocol: 'udp', address: '2001:db8::1', port: 7000 },
      { protocol: 'udp', address: '2001:db8::1', port: 7000 },
      { protocol: 'tls', address: '192.0.2.1', port: 443 },
    ] as const;
    const [blocked] = adviceOf({ ...badReport, advice: [{ code: 'MEDIA_BLOCKED', targets }] }, english);
    expect(blocked?.text).toContain('UDP [2001:db8::1]:7000, TLS 192.0.2.1:443.');
  });
  it('names no address if there is none', () => {
    for (const code of ['UDP_BLOCKED', 'MEDIA_BLOCKED'] as const)
      for (const words of [english, chinese])
        expect(adviceOf({ ...badReport, advice: [{ code }] }, words)[0]?.text).toBe(words.say(`advice.${code}.plain`));
  });
  it('shows the measured and the needed value with its unit', () => {
    expect([uplink?.title, uplink?.text]).toEqual([
      'Sending is slow: 640 kbit/s',
      expect.stringContaining('Good video needs 1.5 Mbit/s'),
    ]);
    expect([loss?.title, loss?.text]).toEqual(['Packets are lost: 3.4 %', expect.stringContaining('Above 2 %')]);
    const [rtt] = adviceOf({ ...badReport, advice: [{ code: 'RTT_HIGH', measured: 420.4, limit: 300 }] }, chinese);
    expect([rtt?.title, rtt?.text]).toEqual(['往返时延较长：420 ms', expect.stringContaining('超过 300 ms')]);
  });
  it('leaves no placeholder when the SDK gives all values', () => {
    const advice = (Object.keys(checkAdviceCodes) as (keyof typeof checkAdviceCodes)[]).map((code) => ({
      code,
      measured: 1,
      limit: 2,
      targets: [{ protocol: 'tcp', address: '192.0.2.1', port: 443 } as const],
    }));
    for (const words of [english, chinese])
      for (const { title, text } of adviceOf({ ...badReport, advice }, words)) expect(title + text).not.toMatch(/[{}]/);
  });
  it('has the severity that the SDK gives it', () => {
    const advice = (Object.keys(checkAdviceCodes) as (keyof typeof checkAdviceCodes)[]).map((code) => ({ code }));
    const tones = adviceOf({ ...badReport, advice }, english).map(({ code, tone }) => [code, tone]);
    expect(Object.fromEntries(tones)).toEqual(checkAdviceCodes);
  });
});

describe('the report to copy', () => {
  const jsonOf = (text: string): unknown => JSON.parse(text.slice(text.indexOf('\n{') + 1));
  it.each([
    ['English', english],
    ['Chinese', chinese],
  ])('is text in %s, then the whole report as JSON', (_, words) => {
    const text = reportText(limitedReport, words);
    expect(jsonOf(text)).toEqual(limitedReport);
    for (const line of adviceOf(limitedReport, words)) expect(text).toContain(`- ${line.title}. ${line.text}`);
    for (const { finding } of rowsOf(limitedReport, words)) expect(text).toContain(finding);
  });
  it('contains the result, the place, and the duration', () => {
    const lines = reportText(goodReport, english).split('\n');
    expect(lines.slice(0, 3)).toEqual([
      'Meridian connection check',
      'Result: You are ready for meetings',
      'Began 2026-11-23T12:35:00.000Z, took 11 s',
    ]);
    expect(lines).toContain('Where your calls go: frankfurt, eu-central, sfu-fra-2');
    expect(reportText(runningReport, english)).toContain('Not finished');
  });
});

it('an endpoint is formatted as firewalls take it', () => {
  expect([endpointText('192.0.2.1', 443), endpointText('2001:db8::1', 443)]).toEqual([
    '192.0.2.1:443',
    '[2001:db8::1]:443',
  ]);
});
