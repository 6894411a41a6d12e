// Tests that all RTP data from the wire are bounded, since every subscriber gets them.
import { describe, expect, it } from 'vitest';
import { limits, rtpCapabilitiesFromWire, rtpParametersFromWire, type wire } from '../../src/index.ts';

type Parameters = wire.RtpParameters.$Properties;
type Capabilities = wire.RtpCapabilities.$Properties;
type Codec = wire.RtpCodec.$Properties;

const text = (length: number): string => 'x'.repeat(length);
const opus: Codec = { mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2 };
const parameters = (o: Parameters): Parameters => ({ mid: '0', codecs: [opus], cname: 'c', ...o });
const capabilities = (o: Capabilities): Capabilities => ({ codecs: [{ ...opus, kind: 1 }], ...o });
const list = <T>(length: number, entry: T): T[] => Array.from({ length }, () => entry);

/** Each is accepted at its bound and refused above it. */
const ofParameters: [string, number, (count: number) => Parameters][] = [
  ['mid', limits.sdesTextLengthMax, (count) => ({ mid: text(count) })],
  ['cname', limits.sdesTextLengthMax, (count) => ({ cname: text(count) })],
  ['msid', limits.sdesTextLengthMax, (count) => ({ msid: text(count) })],
  ['rid', limits.ridLengthMax, (count) => ({ encodings: [{ rid: text(count) }] })],
  [
    'scalability mode',
    limits.scalabilityModeLengthMax,
    (count) => ({ encodings: [{ ssrc: 1, scalabilityMode: text(count) }] }),
  ],
  ['encodings', limits.encodingsMax, (count) => ({ encodings: list(count, { ssrc: 1 }) })],
  [
    'header extensions',
    limits.headerExtensionsMax,
    (count) => ({ headerExtensions: list(count, { uri: 'urn:x', id: 1 }) }),
  ],
  [
    'uri of a header extension',
    limits.headerExtensionUriLengthMax,
    (count) => ({ headerExtensions: [{ uri: text(count), id: 1 }] }),
  ],
];
const ofCodecs: [string, number, (count: number) => Partial<Codec>][] = [
  ['mime type', limits.mimeTypeLengthMax, (count) => ({ mimeType: text(count) })],
  [
    'codec parameters',
    limits.codecParametersMax,
    (count) => ({ parameters: list(count, { key: 'useinbandfec', number: 1 }) }),
  ],
  ['name of a codec parameter', 64, (count) => ({ parameters: [{ key: text(count), number: 1 }] })],
  [
    'text of a codec parameter',
    limits.codecParameterTextLengthMax,
    (count) => ({ parameters: [{ key: 'sprop', text: text(count) }] }),
  ],
  ['RTCP feedback', limits.rtcpFeedbackMax, (count) => ({ rtcpFeedback: list(count, { type: 'nack' }) })],
  ['RTCP feedback type', limits.rtcpFeedbackTextLengthMax, (count) => ({ rtcpFeedback: [{ type: text(count) }] })],
  [
    'RTCP feedback parameter',
    limits.rtcpFeedbackTextLengthMax,
    (count) => ({ rtcpFeedback: [{ type: 'nack', parameter: text(count) }] }),
  ],
];
const refused = expect.objectContaining({ code: 'REQUEST_INVALID' });

describe('RTP parameters', () => {
  it.each(ofParameters)('with a %s over its bound of %s are refused, and accepted at the bound', (_name, max, part) => {
    expect(() => rtpParametersFromWire(parameters(part(max + 1)))).toThrow(refused);
    expect(rtpParametersFromWire(parameters(part(max))).codecs).toHaveLength(1);
  });

  it.each(ofCodecs)(
    'with a codec whose %s is over its bound of %s are refused, and accepted at the bound',
    (_name, max, part) => {
      expect(() => rtpParametersFromWire(parameters({ codecs: [{ ...opus, ...part(max + 1) }] }))).toThrow(refused);
      expect(rtpParametersFromWire(parameters({ codecs: [{ ...opus, ...part(max) }] })).codecs).toHaveLength(1);
    },
  );

  it.each(['a\r\na=x', 'a\nb', 'a\0'])('with control characters are refused: %j', (bad) => {
    expect(() => rtpParametersFromWire(parameters({ cname: bad }))).toThrow(refused);
    const codec = { ...opus, parameters: [{ key: 'sprop', text: bad }] };
    expect(() => rtpParametersFromWire(parameters({ codecs: [codec] }))).toThrow(refused);
  });

  it('are refused when the whole is too large, though each part is within its bound', () => {
    const fat: Codec = { ...opus, parameters: list(4, { key: 'sprop', text: text(256) }) };
    expect(rtpParametersFromWire(parameters({ codecs: [fat, fat, fat] })).codecs).toHaveLength(3);
    expect(() => rtpParametersFromWire(parameters({ codecs: [fat, fat, fat, fat] }))).toThrow(refused);
  });

  it('survive the wire unchanged', () => {
    const encodings = [{ rid: 'r0', scalabilityMode: 'L1T3' }];
    expect(rtpParametersFromWire(parameters({ msid: 'm', encodings }))).toMatchObject({
      mid: '0',
      msid: 'm',
      rtcp: { cname: 'c', reducedSize: true },
      encodings,
    });
  });
});

describe('RTP capabilities', () => {
  it.each(ofCodecs)(
    'with a codec whose %s is over its bound of %s are refused, and accepted at the bound',
    (_name, max, part) => {
      const { payloadType, ...codec } = opus;
      const asked = (count: number) =>
        capabilities({ codecs: [{ ...codec, preferredPayloadType: payloadType ?? 0, kind: 1, ...part(count) }] });
      expect(() => rtpCapabilitiesFromWire(asked(max + 1))).toThrow(refused);
      expect(rtpCapabilitiesFromWire(asked(max)).codecs).toHaveLength(1);
    },
  );

  it('with the uri of a header extension over its bound are refused', () => {
    const asked = (count: number) =>
      capabilities({ headerExtensions: [{ kind: 1, uri: text(count), preferredId: 1 }] });
    expect(() => rtpCapabilitiesFromWire(asked(limits.headerExtensionUriLengthMax + 1))).toThrow(refused);
    expect(rtpCapabilitiesFromWire(asked(limits.headerExtensionUriLengthMax)).headerExtensions).toHaveLength(1);
  });
});
