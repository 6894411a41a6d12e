import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MeridianApiError } from '@meridian/api-client';
import { errorCodes } from '@meridian/protocol';
import { clientErrorCodes, MeridianClientError } from '@meridian/sdk-web';
import { describe, expect, it } from 'vitest';
import { AUTO_RETRIES_MAX, type Failure, failureView, pauseBeforeRetryMs } from '../../src/core/failure.ts';
import {
  actionAfter,
  failures,
  failureTexts,
  isEndCode,
  isFailureCode,
  isNetworkFailure,
} from '../../src/core/messages/failures.ts';
import { languages } from '../../src/core/query.ts';
import { codeOf, faultOf } from '../../src/room/failure.ts';

const retryable: Readonly<Record<string, boolean>> = Object.fromEntries(
  [...Object.entries(errorCodes), ...Object.entries(clientErrorCodes)].map(([code, [, isRetryable]]) => [
    code,
    isRetryable,
  ]),
);
const codes = Object.keys(failures);

describe('every code of the service, the SDK and the page', () => {
  it('has a title, a cause and an advice of its own language', () => {
    expect(Object.keys(retryable).filter((code) => !isFailureCode(code))).toEqual([]);
    for (const code of codes)
      for (const language of languages)
        for (const text of Object.values(failureTexts(code, 'join', language))) {
          expect([code, text.length > 3, /\p{Script=Han}/u.test(text)]).toEqual([code, true, language === 'zh']);
          expect([code, /went wrong|出了点问题|\{\w+\}|media node|媒体节点/.test(text)]).toEqual([code, false]);
        }
  });

  it('offers another attempt if and only if one may succeed', () => {
    /** Ends after which the same person may come back. */
    const endsToReturnFrom = ['CLIENT_INITIATED', 'CONNECTION_CLOSED', 'CONNECT_ABORTED', 'PAGE_HIDDEN'];
    const retriedByPerson = [...endsToReturnFrom, 'DUPLICATE_IDENTITY', 'RECONNECT_FAILED'];
    for (const [code, isRetryable] of Object.entries(retryable)) {
      const expected = isRetryable || retriedByPerson.includes(code);
      expect([code, ['auto', 'again'].includes(actionAfter(code))]).toEqual([code, expected]);
    }
  });

  it('that says to use the connection check is one of the network', () => {
    for (const code of ['SOCKET_FAILED', 'ENTRY_UNREACHABLE', 'MEDIA_FAILED', 'RECONNECT_FAILED'])
      expect([code, isNetworkFailure(code)]).toEqual([code, true]);
    for (const code of ['NO_CAPACITY', 'TOKEN_EXPIRED', 'NEVER_HEARD_OF', 'constructor'])
      expect([code, isNetworkFailure(code)]).toEqual([code, false]);
  });
});

it('no text of any page says only that something went wrong', () => {
  const src = join(import.meta.dirname, '../../src');
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
  const found = files.filter((file) => /went wrong|出了点问题/i.test(readFileSync(join(src, file), 'utf8')));
  expect(found).toEqual([]);
});

describe('a failed join', () => {
  const atWallMs = Date.UTC(2026, 10, 29, 9, 14, 3);
  const reference = { room: 'Stand-up', sessionId: '', decisionId: 'DE_1', requestId: '', atWallMs };
  it('names what failed, why and what to do, with the code and ids to report', () => {
    expect(failureView({ code: 'NO_CAPACITY', reference }, 'join', 'en')).toEqual({
      tone: 'bad',
      title: 'Couldn’t join the meeting',
      cause: 'All servers are full at the moment.',
      advice: expect.stringContaining('ask the host'),
      action: 'auto',
      shown: 'NO_CAPACITY · DE_1',
      copied: 'NO_CAPACITY · DE_1 · Stand-up · 2026-11-29T09:14:03.000Z',
    });
    expect(failureView({ code: 'NO_CAPACITY' }, 'join', 'zh').title).toBe('未能加入会议');
  });
  it('that was only foreseen says so', () => {
    expect(failureView({ code: 'CITY_UNKNOWN', foreseen: true }, 'join', 'en').title).toBe('You can’t join this way');
  });
  it('by an unexpected fault asks to report it', () => {
    const { advice, shown } = failureView({ code: 'INTERNAL', reference }, 'join', 'en');
    expect([advice, shown]).toEqual([expect.stringContaining('send them to your administrator'), 'INTERNAL · DE_1']);
  });
  it('with a code that the page does not know shows it', () => {
    for (const code of ['NEVER_HEARD_OF', 'constructor'])
      for (const language of languages) {
        const { tone, cause, action, shown } = failureView({ code }, 'join', language);
        expect([tone, action, shown, cause]).toEqual(['bad', 'reload', code, expect.stringContaining(code)]);
      }
  });
  it('keeps a code of a newer service, which the SDK passes on as INTERNAL', () => {
    expect(codeOf(new MeridianClientError('INTERNAL', 'SEATS_SOLD: all seats are sold'))).toBe('SEATS_SOLD');
    for (const error of [new MeridianClientError('INTERNAL'), new Error('SEATS_SOLD: x'), 'SEATS_SOLD: x', undefined])
      expect(codeOf(error)).toBe('INTERNAL');
  });
  it('keeps the pause that the service wants, and the id of the request', () => {
    expect(faultOf(new MeridianClientError('OVERLOADED', '', { retryAfterMs: 700 }))).toMatchObject({
      code: 'OVERLOADED',
      retryAfterMs: 700,
    });
    const refused = new MeridianApiError('RATE_LIMITED', '', { status: 429, retryAfterMs: 9000, requestId: 'req-1' });
    expect(faultOf(refused)).toEqual({ code: 'RATE_LIMITED', retryAfterMs: 9000, requestId: 'req-1' });
  });
});

describe('an end', () => {
  const reference = { room: 'r', sessionId: 'PA_1', decisionId: '', requestId: '', atWallMs: 0 };
  const ends = [
    ['ROOM_ENDED', 'The meeting has ended'],
    ['STAGE_LEFT', 'You left the stage'],
    ['KICKED', 'You are no longer in the meeting'],
    ['NOT_ADMITTED', 'The host did not let you in'],
    ['DUPLICATE_IDENTITY', 'You are in the meeting elsewhere'],
    ['CLIENT_INITIATED', 'You left the meeting'],
    ['PAGE_HIDDEN', 'You left the meeting'],
    ['RECORDING_ENDED', 'The recording has ended'],
    ['BREAK_OUT_CLOSED', 'The break-out room has closed'],
  ] as const;
  it.each(ends)('by %s looks like one, whether it comes after or instead of the meeting', (code, title) => {
    for (const thing of ['join', 'call', 'watch'] as const)
      expect(failureView({ code, reference }, thing, 'en')).toMatchObject({ tone: 'calm', title });
  });
  it('by the person has nothing to report', () => {
    for (const code of ['CLIENT_INITIATED', 'PAGE_HIDDEN'])
      expect(failureView({ code, reference }, 'call', 'en').shown).toBe('');
    expect(failureView({ code: 'KICKED', reference }, 'call', 'en').shown).toBe('KICKED · PA_1');
  });
  it('of no other code does', () => {
    const calm = codes.filter((code) => isEndCode(code));
    const others = ['CONNECTION_CLOSED', 'CONNECT_ABORTED', 'RECORDING_ELSEWHERE'];
    expect(calm.sort()).toEqual([...ends.map(([code]) => code), ...others].sort());
  });
  it('after which the same person may come back offers it', () => {
    for (const code of ['CLIENT_INITIATED', 'DUPLICATE_IDENTITY', 'STAGE_LEFT'])
      expect(actionAfter(code)).toBe('again');
    for (const code of ['KICKED', 'ROOM_ENDED', 'NOT_ADMITTED', 'TOKEN_REVOKED', 'NOT_PERMITTED'])
      expect(actionAfter(code)).toBe('home');
  });
});

it('a connection that did not come back shows why the last attempt failed', () => {
  const failure: Failure = { code: 'RECONNECT_FAILED', because: 'NO_NODE' };
  expect(failureView(failure, 'call', 'en')).toMatchObject({
    title: 'You were disconnected from the meeting',
    cause: 'No server is available at the moment.',
    shown: 'RECONNECT_FAILED (NO_NODE)',
  });
  const cause = new MeridianClientError('NO_NODE');
  expect(faultOf(new MeridianClientError('RECONNECT_FAILED', '', { cause }))).toMatchObject(failure);
});

describe('pauseBeforeRetryMs', () => {
  const rows = [
    ['a full service', 'NO_CAPACITY', 0, 0, 0, 5000],
    ['a full service, again', 'NO_CAPACITY', 3, 0, 0, 40_000],
    ['a full service, the last time', 'NO_CAPACITY', AUTO_RETRIES_MAX - 1, 0, 0, 60_000],
    ['a full service, too often', 'NO_CAPACITY', AUTO_RETRIES_MAX, 0, 0, undefined],
    ['a service that names a time', 'OVERLOADED', 0, 20_000, 0, 20_000],
    ['many pages at once', 'OVERLOADED', 0, 20_000, 1, 25_000],
    ['a service that is busy for long', 'OVERLOADED', 0, 300_001, 0, undefined],
    ['a full room, where a person must leave', 'ROOM_FULL', 0, 5000, 0, undefined],
    ['an expired invitation', 'TOKEN_EXPIRED', 0, 5000, 0, undefined],
    ['an end', 'ROOM_ENDED', 0, 0, 0, undefined],
    ['an unknown code', 'NEVER_HEARD_OF', 0, 5000, 0, undefined],
  ] as const;
  it.each(rows)('%s', (_title, code, before, retryAfterMs, random, expected) => {
    expect(pauseBeforeRetryMs(code, { failures: before, retryAfterMs }, random)).toBe(expected);
  });
});
