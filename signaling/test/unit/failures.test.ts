import { errorCodes, MeridianError } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { asMeridianError, infoForClient, textForClient } from '../../src/failures.ts';

const failed = (code: string) => Object.assign(new Error('a text of the inside'), { code });

describe('a failed request over a link', () => {
  it.each([
    ['LINK_CLOSED', 'NODE_UNREACHABLE', 'NODE_UNREACHABLE'],
    ['LINK_DEADLINE', 'CENTRE_UNREACHABLE', 'CENTRE_UNREACHABLE'],
    ['LINK_BACKPRESSURE', 'NODE_UNREACHABLE', 'NODE_UNREACHABLE'],
    ['LINK_BACKPRESSURE', 'CENTRE_UNREACHABLE', 'RATE_LIMITED'],
    ['LINK_TOO_LARGE', 'NODE_UNREACHABLE', 'ROOM_FULL'],
    ['LINK_TOO_LARGE', 'ROOM_OWNER_LOST', 'ROOM_FULL'],
    ['NO_CAPACITY', 'NODE_UNREACHABLE', 'NO_CAPACITY'],
    ['ECONNRESET', 'NODE_UNREACHABLE', 'INTERNAL'],
  ] as const)('with %s, where silence means %s, is %s', (code, unreachable, expected) => {
    expect(asMeridianError(failed(code), unreachable).code).toBe(expected);
  });
});

describe('the text for a client', () => {
  const refusal = new MeridianError('NO_CAPACITY', 'sfu-fra-1: 97 % of the processor', { retryAfterMs: 700 });

  it('contains nothing about the fleet, only the retry time', () => {
    expect(infoForClient(refusal, false)).toEqual({
      code: 'NO_CAPACITY',
      message: errorCodes.NO_CAPACITY[0],
      retryable: true,
      retryAfterMs: 700,
    });
    expect(textForClient('EPOCH_STALE', 'epoch 3 belongs to sig-fra', false)).toBe(errorCodes.EPOCH_STALE[0]);
  });

  it('contains texts about the fleet in development', () => {
    expect(infoForClient(refusal, true).message).toBe('sfu-fra-1: 97 % of the processor');
  });

  it('is kept if it is about the client’s own request, and is filled in where none was given', () => {
    expect(textForClient('REQUEST_INVALID', 'topic: at most 64 characters', false)).toBe(
      'topic: at most 64 characters',
    );
    expect(textForClient('KICKED', '', false)).toBe(errorCodes.KICKED[0]);
  });
});
