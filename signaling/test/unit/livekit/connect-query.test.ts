// Tests the query that LiveKit's SDKs send in the address of their socket, and bad queries.
import { limits } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { connectQueryLengthMax, connectQueryOf } from '../../../src/core/index.ts';

const read = connectQueryOf;

describe('an unreadable value', () => {
  it('is refused by name when the query, or the token in it or beside it, is longer than the bound', () => {
    const longest = 'x'.repeat(limits.tokenBytesMax);
    expect(connectQueryOf(`access_token=${longest}`).token).toBe(longest);
    const invalid = expect.objectContaining({ code: 'TOKEN_INVALID' });
    expect(() => connectQueryOf(`access_token=${longest}x`)).toThrow(invalid);
    expect(() => connectQueryOf('', `Bearer ${longest}x`)).toThrow(invalid);
    const filled = `access_token=t&os=${'x'.repeat(connectQueryLengthMax)}`;
    expect(connectQueryOf(filled.slice(0, connectQueryLengthMax)).token).toBe('t');
    expect(() => connectQueryOf(filled.slice(0, connectQueryLengthMax + 1))).toThrow(
      expect.objectContaining({ code: 'REQUEST_INVALID' }),
    );
  });

  it('gets its default: switches and ids of other forms', () => {
    const bad = read('auto_subscribe=yes&reconnect=0&sid=PA_1');
    expect(bad).toMatchObject({ autoSubscribe: false, reconnect: false, participantSid: '' });
    expect(read('reconnect=1&sid=..%2F..%2Fetc')).toMatchObject({ reconnect: true, participantSid: '' });
    expect(read(`reconnect=1&sid=${'x'.repeat(65)}`).participantSid).toBe('');
    for (const bad of ['', '-1', '1.5', 'x', '9'.repeat(10)])
      expect(read(`client_protocol=${bad}`).clientProtocol).toBe(0);
    expect(read('%&=&&%zz=%&access_token=%E0%A4%A')).toMatchObject({ autoSubscribe: true, sdk: '' });
  });

  it('of a client’s description is cut and freed of invisible characters, and never longer than a name', () => {
    const long = 'y'.repeat(500);
    const text = `sdk=a%00b%E2%80%AE&version=${long}&browser=${long}&os=${long}&device_model=${long}`;
    const { sdk, version, clientInfoText } = read(text);
    expect(sdk).toBe('ab');
    expect(version).toBe('y'.repeat(64));
    expect(clientInfoText).toHaveLength(limits.nameLengthMax);
  });
});

describe('the query of an SDK', () => {
  it('for browsers is read at the first connection', () => {
    const text =
      'access_token=a.b.c&auto_subscribe=1&sdk=js&version=2.23.0&protocol=17&client_protocol=1&os=macOS' +
      '&os_version=10.15.7&browser=Chrome&browser_version=141.0.0&adaptive_stream=1&subscriber_allow_pause=0';
    expect(connectQueryOf(text)).toEqual({
      token: 'a.b.c',
      autoSubscribe: true,
      reconnect: false,
      participantSid: '',
      sdk: 'js',
      version: '2.23.0',
      clientProtocol: 1,
      clientInfoText: 'livekit-js/2.23.0 (Chrome 141.0.0; macOS 10.15.7)',
    });
  });

  it('for browsers is read when the client comes back', () => {
    expect(read('access_token=t&reconnect=1&sid=PA_abc-9&auto_subscribe=0&reconnect_reason=2')).toMatchObject({
      reconnect: true,
      participantSid: 'PA_abc-9',
      autoSubscribe: false,
    });
  });

  it('over Rust has its token in `Authorization`, which precedes a token in the query', () => {
    const text = 'sdk=python&protocol=16&auto_subscribe=1&adaptive_stream=0&version=1.0.17&access_token=old';
    expect(read(text, 'Bearer a.b.c')).toMatchObject({
      token: 'a.b.c',
      clientInfoText: 'livekit-python/1.0.17',
    });
    expect(read('access_token=t', 'Basic YTpi').token).toBe('t');
    expect(read('access_token=t', 'bearer  u ').token).toBe('u');
  });

  it('for Go has words for switches', () => {
    expect(read('auto_subscribe=true').autoSubscribe).toBe(true);
    expect(read('auto_subscribe=false').autoSubscribe).toBe(false);
  });

  it('without parameters subscribes to all tracks and has no token', () => {
    expect(read('')).toMatchObject({ token: '', autoSubscribe: true, clientInfoText: 'livekit' });
  });
});
