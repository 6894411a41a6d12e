import { limits } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import { decodeChat, encodeChat } from '../../src/chat.ts';

describe('chat messages', () => {
  test.each([
    { name: 'bytes that are not text', payload: new Uint8Array([0xff, 0xfe]) },
    { name: 'text that is not JSON', payload: new TextEncoder().encode('hello') },
    { name: 'JSON of another shape', payload: new TextEncoder().encode('{"id":1,"text":"x"}') },
    { name: 'null', payload: new TextEncoder().encode('null') },
    { name: 'an empty message', payload: new TextEncoder().encode('{"id":"1","text":""}') },
  ])('exclude $name', ({ payload }) => {
    expect(decodeChat(payload, 1)).toBeUndefined();
  });

  test('are decoded as they were encoded', () => {
    const { payload, message } = encodeChat('你好 👋', 'id', 5);
    expect(decodeChat(payload, 5)).toEqual(message);
  });

  test('are refused if they are blank or too long', () => {
    expect(() => encodeChat('  ', 'id', 0)).toThrowError(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
    expect(() => encodeChat('界'.repeat(limits.dataBytesMax / 3), 'id', 0)).toThrowError(
      expect.objectContaining({ code: 'DATA_TOO_LARGE' }),
    );
  });
});
