import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeClientFrame,
  decodeServerFrame,
  encodeClientFrame,
  encodeServerFrame,
  errorCodes,
  errorInfoOf,
  limits,
  MeridianError,
  routerConstant,
  rtpCapabilitiesFromWire,
  rtpCapabilitiesToWire,
  rtpParametersFromWire,
  rtpParametersToWire,
  wire,
} from '../../src/index.ts';
import { goldenFrames } from './golden.ts';

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'accepted';
};

describe('client frames', () => {
  const rows: [name: string, bytes: Uint8Array, code: string][] = [
    ['no bytes at all: a frame without a body', new Uint8Array(), 'FRAME_UNKNOWN'],
    ['a truncated length', Uint8Array.of(0x12, 0xff), 'FRAME_MALFORMED'],
    ['a length beyond the end', Uint8Array.of(0x12, 0x7f, 1, 2), 'FRAME_MALFORMED'],
    ['wire type 7', Uint8Array.of(0x17), 'FRAME_MALFORMED'],
    ['an endless varint', Uint8Array.from({ length: 12 }, () => 0xff), 'FRAME_MALFORMED'],
    ['a body this version does not know', Uint8Array.of(0xfa, 0x3f, 0x00), 'FRAME_UNKNOWN'],
    ['one byte over the limit', new Uint8Array(limits.clientFrameBytesMax + 1), 'FRAME_TOO_LARGE'],
  ];
  it.each(rows)('%s is refused', (_name, bytes, code) => {
    expect(codeOf(() => decodeClientFrame(bytes))).toBe(code);
  });

  it('ignore unknown fields beside a known body', () => {
    const bytes = Buffer.concat([
      encodeClientFrame({ requestId: 3, unpublish: { trackId: 'TR_1' } }),
      Uint8Array.of(0xfa, 0x3f, 0x01, 0x09),
    ]);
    expect(decodeClientFrame(bytes).unpublish?.trackId).toBe('TR_1');
  });

  it('random bytes are either decoded or refused with a code, and never touch Object.prototype', () => {
    const before = Object.getOwnPropertyNames(Object.prototype).sort();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(['accepted', 'FRAME_MALFORMED', 'FRAME_UNKNOWN']).toContain(codeOf(() => decodeClientFrame(bytes)));
      }),
      { numRuns: 3000 },
    );
    expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(before);
  });
});

describe('golden messages', () => {
  const file = join(import.meta.dirname, '../../vectors/frames.json');
  const encoded = goldenFrames.map((row) => ({
    name: row.name,
    direction: row.direction,
    hex: Buffer.from(row.direction === 'client' ? encodeClientFrame(row.frame) : encodeServerFrame(row.frame)).toString(
      'hex',
    ),
  }));
  if (process.env['UPDATE_GOLDEN'] === '1' || !existsSync(file))
    writeFileSync(file, `${JSON.stringify(encoded, null, 1)}\n`);

  it('encode to the bytes that other languages agreed on', () => {
    expect(encoded).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });

  it('exist for every body of a frame', () => {
    const bodies = (frame: object, direction: string): string[] =>
      Object.keys(frame).filter((key) => key !== (direction === 'client' ? 'requestId' : 'replyTo'));
    const client = new Set(
      goldenFrames.filter((row) => row.direction === 'client').flatMap((row) => bodies(row.frame, 'client')),
    );
    const server = new Set(
      goldenFrames.filter((row) => row.direction === 'server').flatMap((row) => bodies(row.frame, 'server')),
    );
    const knownFields = (proto: string, message: string): string[] => {
      const text = readFileSync(join(import.meta.dirname, '../../proto', proto), 'utf8');
      const block = new RegExp(`message ${message} \\{[^]*?oneof body \\{([^}]*)\\}`).exec(text)?.[1] ?? '';
      return [...block.matchAll(/(\w+) = \d+;/g)].map((match) =>
        (match[1] ?? '').replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase()),
      );
    };
    expect([...client].sort()).toEqual(knownFields('signaling.proto', 'ClientFrame').sort());
    expect([...server].sort()).toEqual(knownFields('signaling.proto', 'ServerFrame').sort());
  });

  it('decode to the encoded value', () => {
    for (const row of encoded) {
      const bytes = Buffer.from(row.hex, 'hex');
      const frame = row.direction === 'client' ? decodeClientFrame(bytes) : decodeServerFrame(bytes);
      const reencoded =
        row.direction === 'client'
          ? encodeClientFrame(frame as wire.ClientFrame)
          : encodeServerFrame(frame as wire.ServerFrame);
      expect(Buffer.from(reencoded).toString('hex')).toBe(row.hex);
    }
  });
});

describe('RTP shapes', () => {
  it('survive the wire unchanged', () => {
    const capabilities = wire.RtpCapabilities.decode(
      wire.RtpCapabilities.encode(rtpCapabilitiesToWire(routerConstant.capabilities)).finish(),
    );
    expect(rtpCapabilitiesFromWire(capabilities)).toEqual(routerConstant.capabilities);
    const parameters = {
      mid: '0',
      codecs: [
        {
          mimeType: 'video/VP9',
          payloadType: 98,
          clockRate: 90000,
          parameters: { 'profile-id': 0, x: 'y' },
          rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
        },
      ],
      headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 4, encrypt: false }],
      encodings: [
        { ssrc: 4_294_967_295, rtx: { ssrc: 7 }, dtx: false, scalabilityMode: 'L3T3_KEY', maxBitrate: 1_500_000 },
        { rid: 'r0', scaleResolutionDownBy: 2 },
      ],
      rtcp: { cname: 'c', reducedSize: false },
    };
    const bytes = wire.RtpParameters.encode(rtpParametersToWire(parameters)).finish();
    expect(rtpParametersFromWire(wire.RtpParameters.decode(bytes))).toEqual(parameters);
  });

  it('are refused without a codec and beyond their bounds', () => {
    expect(codeOf(() => rtpParametersFromWire(undefined))).toBe('REQUEST_INVALID');
    expect(codeOf(() => rtpParametersFromWire({ codecs: [] }))).toBe('REQUEST_INVALID');
    const codecs = [{ mimeType: 'video/VP8' }];
    expect(
      codeOf(() =>
        rtpParametersFromWire({ codecs, encodings: Array.from({ length: limits.encodingsMax + 1 }, () => ({})) }),
      ),
    ).toBe('REQUEST_INVALID');
  });

  it('do not accept a parameter named like a property of every object', () => {
    const rtp = rtpParametersFromWire({
      codecs: [
        {
          parameters: [
            { key: '__proto__', text: 'x' },
            { key: 'apt', number: 96 },
          ],
        },
      ],
    });
    expect(rtp.codecs[0]?.parameters).toEqual({ apt: 96 });
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('errors', () => {
  it('keep their code over the wire and hide foreign texts', () => {
    expect(errorInfoOf(new MeridianError('NO_CAPACITY', 'full', { retryAfterMs: 500 }))).toEqual({
      code: 'NO_CAPACITY',
      message: 'full',
      retryable: true,
      retryAfterMs: 500,
    });
    expect(errorInfoOf(new Error('secret path'))).toEqual({
      code: 'INTERNAL',
      message: errorCodes.INTERNAL[0],
      retryable: true,
      retryAfterMs: 0,
    });
    expect(errorInfoOf(Object.assign(new Error('x'), { code: 'ENOENT' })).code).toBe('INTERNAL');
    expect(errorInfoOf('text').code).toBe('INTERNAL');
  });
  it('have a meaning in words for every code', () => {
    for (const [code, [meaning]] of Object.entries(errorCodes)) {
      expect(code).toMatch(/^[A-Z][A-Z_]+$/);
      expect(meaning).toMatch(/^[A-Z].*\.$/);
    }
  });
});
