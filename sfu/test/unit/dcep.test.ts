import { describe, expect, it } from 'vitest';
import { openMessage, readDcep } from '../../src/core/index.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const hexOf = (message: Uint8Array): string => Buffer.from(message).toString('hex');

describe('a control message that opens no channel', () => {
  it.each<[string, string]>([
    ['is empty', ''],
    ['has another kind', '01'],
    ['is an acknowledgement with trailing bytes', '0200'],
    ['is an OPEN that ends in its header', '03 00 0100 00000000 0000 00'],
    ['is an OPEN whose label is longer than the message', '03 00 0100 00000000 0003 0000 6162'],
    ['is an OPEN whose protocol is longer than the message', '03 00 0100 00000000 0002 0001 6162'],
    ['is an OPEN with trailing bytes', '03 00 0100 00000000 0002 0000 616263'],
    ['is an OPEN of an unknown type of channel', '03 03 0100 00000000 0002 0000 6162'],
    ['is an OPEN whose label is not UTF-8', '03 00 0100 00000000 0002 0000 c328'],
  ])('%s', (_name, hex) => {
    expect(readDcep(bytes(hex))).toBeUndefined();
  });
});

describe('a control message', () => {
  it.each<[string, string, string]>([
    ['reliable', '03 00 0100 00000000 0009 0000 5f72656c6961626c65', '_reliable'],
    ['unordered, with few retransmissions and a protocol', '03 81 0000 00000003 0001 0002 61 7878', 'a'],
    ['limited by time', '03 02 0000 000003e8 0001 0000 61', 'a'],
    ['without a label', '03 00 0000 00000000 0000 0000', ''],
    ['with a label that begins with a byte order mark', '03 00 0000 00000000 0004 0000 efbbbf61', '\ufeffa'],
  ])('opens a channel: %s', (_name, hex, label) => {
    expect(readDcep(bytes(hex))).toEqual({ type: 'open', label });
  });
});

describe('the OPEN message of a channel of the node', () => {
  it.each([
    ['reliable', { label: '_reliable', ordered: true }, '0300010000000000000900005f72656c6961626c65'],
    ['unordered', { label: 'a', ordered: false }, '03800100000000000001000061'],
    ['not resent', { label: '_lossy', ordered: false, maxRetransmits: 0 }, '0381010000000000000600005f6c6f737379'],
    ['retransmitted', { label: 'a', ordered: true, maxRetransmits: 65_535 }, '030101000000ffff0001000061'],
  ])("has the channel's reliability: %s", (_name, channel, hex) => {
    expect(hexOf(openMessage(channel))).toBe(hex);
    expect(readDcep(openMessage(channel))).toEqual({ type: 'open', label: channel.label });
  });
});
