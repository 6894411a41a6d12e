import { describe, expect, it } from 'vitest';
import { decodeHistory, encodeHistory, historySender } from '../../src/core/chat-history.ts';
import { chatParts } from '../../src/core/chat-text.ts';
import { initialMeeting, type MeetingState, reduceMeeting } from '../../src/core/meeting.ts';
import type { ChatLine } from '../../src/core/model.ts';
import { decodePrivate, encodePrivate } from '../../src/core/private-chat.ts';

const line = (n: number, text = `line ${n}`): ChatLine => ({
  id: `m${n}`,
  sessionId: 'PA_ann',
  identity: 'ann',
  name: 'Ann',
  text,
  wallMs: 1000 + n,
  local: true,
});

describe('addresses in chat', () => {
  it.each<[string, string[]]>([
    ['nothing here', []],
    ['see https://example.org/a?b=c#d.', ['https://example.org/a?b=c#d']],
    ['(http://a.example) and https://b.example!', ['http://a.example', 'https://b.example']],
    ['请看https://example.org/会议，谢谢', ['https://example.org/会议']],
    ['javascript:alert(1) data:text/html,x //host/x', []],
    ['https://', []],
    ['"https://q.example"', ['https://q.example']],
  ])('are found in the text: %s', (text, hrefs) => {
    const parts = chatParts(text);
    expect(parts.flatMap(({ href }) => href ?? [])).toEqual(hrefs);
    expect(parts.map((part) => part.text).join('')).toBe(text);
  });
});

describe('the chat history', () => {
  const all = (messages: readonly Uint8Array[]): ChatLine[] => messages.flatMap((message) => decodeHistory(message));

  it('has the newest 200 lines, unchanged, and none counts as one’s own', () => {
    const lines = Array.from({ length: 250 }, (_, n) => line(n));
    const decoded = all(encodeHistory(lines));
    expect(decoded).toHaveLength(200);
    expect(decoded[0]).toEqual({ ...line(249), sessionId: '', local: false, earlier: true });
    expect(decoded.at(-1)?.id).toBe('m50');
  });

  it('contains no private message', () => {
    const alone = { ...line(2), privateWith: { identity: 'bob', name: 'Bob' } };
    expect(all(encodeHistory([line(1), alone, line(3)])).map(({ id }) => id)).toEqual(['m3', 'm1']);
    expect(encodeHistory([alone])).toEqual([]);
  });

  it('is sent in messages that the protocol allows, newest lines first, without lines that are too long', () => {
    const lines = Array.from({ length: 200 }, (_, n) => line(n, '字'.repeat(1300)));
    const messages = encodeHistory([...lines, line(900, '字'.repeat(6000))]);
    expect(Math.max(...messages.map(({ byteLength }) => byteLength))).toBeLessThanOrEqual(15 * 1024);
    expect(messages).toHaveLength(8);
    expect(all(messages)[0]?.id).toBe('m199');
    expect(encodeHistory([])).toEqual([]);
  });

  it('is empty when malformed', () => {
    const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
    const validLine = { id: 'a', identity: 'ann', name: 'Ann', text: 'x', wallMs: 1 };
    for (const wrong of [
      { ...validLine, id: 7 },
      { ...validLine, text: '' },
      { ...validLine, wallMs: 'x' },
      { ...validLine, name: 'n'.repeat(200) },
      null,
      3,
    ])
      expect(decodeHistory(bytes([wrong]))).toEqual([]);
    expect(decodeHistory(bytes({}))).toEqual([]);
    expect(decodeHistory(Uint8Array.of(0xff, 0x7b))).toEqual([]);
    expect(decodeHistory(bytes([validLine]))).toHaveLength(1);
  });

  it('is sent by the participant that joined first; on a tie by only one participant', () => {
    expect(historySender([])).toBeUndefined();
    const people = [
      { sessionId: 'c', joinedWallMs: 2 },
      { sessionId: 'b', joinedWallMs: 1 },
      { sessionId: 'a', joinedWallMs: 1 },
    ];
    expect(historySender(people)?.sessionId).toBe('a');
  });

  it('is inserted before live lines, in order, once only, and does not count as unread', () => {
    const withLiveLine = reduceMeeting(initialMeeting('demo'), { type: 'chat', line: line(9), nowMs: 0 });
    const lines = [line(3), line(1), line(9)].map((one) => ({ ...one, local: false, earlier: true as const }));
    const state = reduceMeeting(reduceMeeting(withLiveLine, { type: 'chatEarlier', lines }), {
      type: 'chatEarlier',
      lines,
    });
    expect(state.chat.map(({ id }) => id)).toEqual(['m1', 'm3', 'm9']);
    expect([state.unread, state.toasts]).toEqual([0, []]);
  });
});

describe('a private message', () => {
  const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  it('is decoded as it was encoded, and is undefined when malformed', () => {
    expect(decodePrivate(encodePrivate({ id: 'a', text: '你好' }))).toEqual({ id: 'a', text: '你好' });
    const malformed = [{}, null, 3, { id: '', text: 'x' }, { id: 'a', text: ' ' }, { id: 'a', text: 'x'.repeat(4001) }];
    for (const value of malformed) expect(decodePrivate(bytes(value))).toBeUndefined();
    expect(decodePrivate(bytes({ id: 'i'.repeat(129), text: 'x' }))).toBeUndefined();
    expect(decodePrivate(Uint8Array.of(0xff, 0x7b))).toBeUndefined();
  });

  it('has a toast of its own; choosing a recipient opens the chat, and the choice stays', () => {
    const privateWith = { identity: 'ann', name: 'Ann' };
    const first: MeetingState = { ...initialMeeting('demo'), phase: { name: 'meeting', reconnecting: false } };
    const receivedLine = { ...line(1), local: false, privateWith };
    let state = reduceMeeting(first, { type: 'chat', line: receivedLine, nowMs: 0 });
    expect([state.unread, state.toasts[0]?.message.key]).toEqual([1, 'toast.chatPrivate']);
    state = reduceMeeting(state, { type: 'chatTo', to: privateWith });
    expect([state.panel, state.unread, state.chatTo]).toEqual(['chat', 0, privateWith]);
    state = reduceMeeting(state, { type: 'roster', participants: [] });
    expect(state.chatTo).toEqual(privateWith); // a private message must not go to all
    state = reduceMeeting(state, { type: 'chatTo' });
    expect([state.panel, state.chatTo]).toEqual(['chat', undefined]);
  });
});
