// Calls between participants, as reliable data messages. The topic describes the message, so that its bytes are only
// the caller's payload; people's own topics never begin like this.
//
//   meridian.rpc 1 call ID TIMEOUT_MS METHOD    payload: the caller's
//   meridian.rpc 1 ack ID                       the call has arrived
//   meridian.rpc 1 result ID                    payload: the method's result
//   meridian.rpc 1 error ID CODE                payload: JSON {message, data}
//
// Version 2 carries payloads in parts, to participants with at least `clientProtocols.callsInParts`; WHOLE is `call` or
// `result`, and its acknowledgement and error are of version 1:
//
//   meridian.rpc 2 call ID TIMEOUT_MS METHOD    a call begins
//   meridian.rpc 2 result ID                    a result begins
//   meridian.rpc 2 part WHOLE ID NUMBER         payload: its next bytes, whole characters; numbers count from 0
//   meridian.rpc 2 end WHOLE ID NUMBER          it is complete and had so many parts
//   meridian.rpc 2 cut WHOLE ID                 its sender, or the service, has given it up

export const rpcTopic = 'meridian.rpc';
export const rpcVersion = 1;
const partsVersion = 2;

/** Protocols between SDKs, in LiveKit's numbers (`clientProtocol` of livekit-client); each includes the lower ones. */
export const clientProtocols = { callsInOneMessage: 0, callsInParts: 1, streamsInOnePacket: 2 } as const;

/** Returns the highest known protocol up to this one, since what a higher one would need is not known here. */
export const knownClientProtocol = (announced: number | null | undefined): number =>
  Math.min(Math.max(Math.trunc(announced ?? 0), 0), clientProtocols.streamsInOnePacket);

export type RpcWhole = 'call' | 'result';
export type RpcMessage =
  | { readonly type: 'call'; readonly id: string; readonly timeoutMs: number; readonly method: string }
  | { readonly type: 'ack'; readonly id: string }
  | { readonly type: 'result'; readonly id: string }
  | { readonly type: 'error'; readonly id: string; readonly code: number }
  | RpcPartMessage
  /** Message of another version, which cannot be read but must be answered. */
  | { readonly type: 'foreign'; readonly id: string };

/** Message about a payload in parts. */
export type RpcPartMessage =
  | { readonly type: 'callBegins'; readonly id: string; readonly timeoutMs: number; readonly method: string }
  | { readonly type: 'resultBegins'; readonly id: string }
  | { readonly type: 'part'; readonly whole: RpcWhole; readonly id: string; readonly number: number }
  | { readonly type: 'end'; readonly whole: RpcWhole; readonly id: string; readonly number: number }
  | { readonly type: 'cut'; readonly whole: RpcWhole; readonly id: string };

const partTypes: ReadonlySet<string> = new Set(['callBegins', 'resultBegins', 'part', 'end', 'cut']);
export const isRpcPart = (message: RpcMessage): message is RpcPartMessage => partTypes.has(message.type);

export const isRpc = (topic: string): boolean => topic === rpcTopic || topic.startsWith(`${rpcTopic} `);

export function rpcTopicOf(message: Exclude<RpcMessage, { type: 'foreign' }>): string {
  const { type, id } = message;
  const of = (version: number, ...words: (string | number)[]): string => [rpcTopic, version, ...words].join(' ');
  switch (type) {
    case 'call':
      return of(rpcVersion, type, id, message.timeoutMs, message.method);
    case 'error':
      return of(rpcVersion, type, id, message.code);
    case 'callBegins':
      return of(partsVersion, 'call', id, message.timeoutMs, message.method);
    case 'resultBegins':
      return of(partsVersion, 'result', id);
    case 'part':
    case 'end':
      return of(partsVersion, type, message.whole, id, message.number);
    case 'cut':
      return of(partsVersion, type, message.whole, id);
    default:
      return of(rpcVersion, type, id);
  }
}

const idForm = /^[\w-]{1,40}$/;
const numberForm = /^\d{1,9}$/;

export function rpcMessageOf(topic: string): RpcMessage | undefined {
  if (!isRpc(topic)) return undefined;
  const [, version = '', ...words] = topic.split(' ');
  if (version === String(partsVersion)) return partMessageOf(words);
  const [type, id = '', third = '', ...rest] = words;
  if (!idForm.test(id)) return undefined;
  if (version !== String(rpcVersion)) return type === 'call' ? { type: 'foreign', id } : undefined;
  const method = rest.join(' ');
  if (type === 'call' && numberForm.test(third) && method !== '') return { type, id, timeoutMs: Number(third), method };
  if ((type === 'ack' || type === 'result') && third === '') return { type, id };
  if (type === 'error' && numberForm.test(third)) return { type, id, code: Number(third) };
  return undefined;
}

function partMessageOf([type, ...words]: readonly string[]): RpcPartMessage | undefined {
  if (type === 'call' || type === 'result') {
    const [id = '', timeout = '', ...rest] = words;
    const method = rest.join(' ');
    if (!idForm.test(id)) return undefined;
    if (type === 'result') return words.length === 1 ? { type: 'resultBegins', id } : undefined;
    return numberForm.test(timeout) && method !== ''
      ? { type: 'callBegins', id, timeoutMs: Number(timeout), method }
      : undefined;
  }
  const [whole, id = '', number = ''] = words;
  if ((whole !== 'call' && whole !== 'result') || !idForm.test(id)) return undefined;
  if (type === 'cut') return words.length === 2 ? { type, whole, id } : undefined;
  if ((type !== 'part' && type !== 'end') || words.length !== 3 || !numberForm.test(number)) return undefined;
  return { type, whole, id, number: Number(number) };
}
