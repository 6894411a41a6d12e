// Translates calls: LiveKit's packets and our data messages (base/protocol/src/rpc-wire.ts), with the same error codes.
import { DataPacket, RpcAck, RpcError, RpcRequest, RpcResponse } from '@livekit/protocol';
import { limits, type RpcMessage, rpcMessageOf, rpcTopicOf } from '@meridian/protocol';

/** A client's call packet as a data message, or the error that its caller gets at once. */
export type RpcOutgoing =
  | { readonly ok: true; readonly topic: string; readonly payload: Uint8Array }
  | { readonly ok: false; readonly code: number; readonly message: string };

/** LiveKit's errors (RpcError of livekit-client). */
export const rpcErrors = {
  unsupportedMethod: { ok: false, code: 1400, message: 'Method not supported at destination' },
  recipientNotFound: { ok: false, code: 1401, message: 'Recipient not found' },
  requestTooLarge: { ok: false, code: 1402, message: 'Request payload too large' },
  unsupportedVersion: { ok: false, code: 1404, message: 'Unsupported RPC version' },
} as const satisfies { readonly [name: string]: RpcOutgoing };
const applicationError = 1500;

const packetVersion = 1; // version 2 is a stream (rpc-streams.ts)
const timeoutMsMax = 999_999_999;
const codeMax = 999_999_999;
const errorMessageMax = 256;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function callOf({
  id,
  method,
  payload,
  responseTimeoutMs,
  version,
  compressedPayload,
}: RpcRequest): RpcOutgoing {
  if (version !== packetVersion || compressedPayload.byteLength > 0) return rpcErrors.unsupportedVersion;
  const timeoutMs = Math.min(Math.max(responseTimeoutMs, 1), timeoutMsMax);
  const topic = rpcTopicOf({ type: 'call', id, timeoutMs, method });
  // A method that our topic cannot carry is registered nowhere.
  if (topic.length > limits.topicLengthMax || rpcMessageOf(topic) === undefined) return rpcErrors.unsupportedMethod;
  const bytes = encoder.encode(payload);
  return bytes.byteLength > limits.dataBytesMax ? rpcErrors.requestTooLarge : { ok: true, topic, payload: bytes };
}

export const ackOf = ({ requestId }: RpcAck): RpcOutgoing | undefined =>
  answerOf({ type: 'ack', id: requestId }, new Uint8Array());

/**
 * Translates an answer; an unreadable or too large one becomes an error, so that the caller does not wait for its
 * timeout. Returns undefined for an answer without a readable id.
 */
export function resultOf({ requestId: id, value }: RpcResponse): RpcOutgoing | undefined {
  const result = value.case === 'payload' && answerOf({ type: 'result', id }, encoder.encode(value.value));
  if (result) return result;
  if (value.case !== 'error') return failedAnswer(id);
  const { code, message, data } = value.value;
  const type = { type: 'error', id, code: code <= codeMax ? code : applicationError } as const;
  const failure = (details: object): Uint8Array =>
    encoder.encode(JSON.stringify({ message: message.slice(0, errorMessageMax), ...details }));
  return answerOf(type, failure({ data })) ?? answerOf(type, failure({}));
}

/** Returns the error that a caller gets for an answer which cannot be passed on. */
export const failedAnswer = (id: string): RpcOutgoing | undefined =>
  answerOf({ type: 'error', id, code: applicationError }, encoder.encode(JSON.stringify({ message: unreadable })));
const unreadable = 'The answer cannot be passed on';

function answerOf(
  message: Exclude<RpcMessage, { type: 'call' | 'foreign' }>,
  payload: Uint8Array,
): RpcOutgoing | undefined {
  const topic = rpcTopicOf(message);
  const fits = rpcMessageOf(topic) !== undefined && payload.byteLength <= limits.dataBytesMax;
  return fits ? { ok: true, topic, payload } : undefined;
}

/** Returns the client's packet for a message about calls that is no part; undefined: unreadable. */
export function rpcPacketOf(message: RpcMessage, payload: Uint8Array): DataPacket | undefined {
  switch (message.type) {
    case 'call': {
      const { id, method, timeoutMs: responseTimeoutMs } = message;
      const text = decoder.decode(payload);
      const value = new RpcRequest({ id, method, payload: text, responseTimeoutMs, version: packetVersion });
      return new DataPacket({ value: { case: 'rpcRequest', value } });
    }
    case 'ack':
      return ackPacket(message.id);
    case 'result':
      return responsePacket(message.id, { case: 'payload', value: decoder.decode(payload) });
    case 'error':
      return errorPacket(message.id, { code: message.code, ...failureOf(payload) });
    default:
      return undefined;
  }
}

export const ackPacket = (requestId: string): DataPacket =>
  new DataPacket({ value: { case: 'rpcAck', value: new RpcAck({ requestId }) } });

export const errorPacket = (id: string, error: { code: number; message: string; data?: string }): DataPacket =>
  responsePacket(id, { case: 'error', value: new RpcError(error) });

const responsePacket = (requestId: string, value: RpcResponse['value']): DataPacket =>
  new DataPacket({ value: { case: 'rpcResponse', value: new RpcResponse({ requestId, value }) } });

function failureOf(payload: Uint8Array): { message: string; data: string } {
  try {
    const { message, data } = Object(JSON.parse(decoder.decode(payload))) as Record<string, unknown>;
    return { message: typeof message === 'string' ? message : '', data: typeof data === 'string' ? data : '' };
  } catch {
    return { message: '', data: '' }; // the code says enough
  }
}
