import { describe, expect, test } from 'vitest';
import { decodeChat, encodeChat } from '../../src/chat.ts';

describe('chat messages', () => {
  test.each([
    { name: 'bytes that are no text', payload: new Uint8Array([0xff, 0xfe]) },
    { name: 'text that is no JSON', payload: new TextEncoder().encode('hello') },
    { name: 'JSON of another shape', payload: new TextEncoder().encode('{"id":1,"text":"x"}') },
    { name: 'null', payload: new TextEncoder().encode('null') },
    { name: 'an empty one', payload: new TextEncoder().encode('{"id":"1","text":""}') },
  ])('exclude $name', ({ payload }) => {
    expect(decodeChat(payload, 1)).toBeUndefined();
  });

  test('come out as they went in', () => {
    const { payload, message } = encodeChat('你好 👋', 'id', 5);
    expect(decodeChat(payload, 5)).toEqual(message);
  });

  test('are refused if they are blank or too long', () => {
    expect(() => encodeChat('  ', 'id', 0)).toThrowError(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
    expect(() => encodeChat('界'.repeat(6000), 'id', 0)).toThrowError(
      expect.objectContaining({ code: 'DATA_TOO_LARGE' }),
    );
  });
});
