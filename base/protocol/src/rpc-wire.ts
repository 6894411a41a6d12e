// Calls between participants, as reliable data messages. The topic describes the message, so that its bytes are only
// the caller's payload; people's own topics never begin like this.
//
//   meridian.rpc 1 call ID TIMEOUT_MS METHOD    payload: the caller's
//   meridian.rpc 1 ack ID                       the call has arrived
//   meridian.rpc 1 result ID                    payload: the method's result
//   meridian.rpc 1 error ID CODE                payload: JSON {message, data}

export const rpcTopic = 'meridian.rpc';
export const rpcVersion = 1;

export type RpcMessage =
  | { readonly type: 'call'; readonly id: string; readonly timeoutMs: number; readonly method: string }
  | { readonly type: 'ack'; readonly id: string }
  | { readonly type: 'result'; readonly id: string }
  | { readonly type: 'error'; readonly id: string; readonly code: number }
  /** Message of another version, which cannot be read but must be answered. */
  | { readonly type: 'foreign'; readonly id: string };

export const isRpc = (topic: string): boolean => topic === rpcTopic || topic.startsWith(`${rpcTopic} `);

export function rpcTopicOf(message: Exclude<RpcMessage, { type: 'foreign' }>): string {
  const words = [rpcTopic, rpcVersion, message.type, message.id];
  if (message.type === 'call') words.push(message.timeoutMs, message.method);
  if (message.type === 'error') words.push(message.code);
  return words.join(' ');
}

const idForm = /^[\w-]{1,40}$/;
const numberForm = /^\d{1,9}$/;

export function rpcMessageOf(topic: string): RpcMessage | undefined {
  const [, version = '', type, id = '', third = '', ...rest] = topic.split(' ');
  if (!isRpc(topic) || !idForm.test(id)) return undefined;
  if (version !== String(rpcVersion)) return type === 'call' ? { type: 'foreign', id } : undefined;
  const method = rest.join(' ');
  if (type === 'call' && numberForm.test(third) && method !== '') return { type, id, timeoutMs: Number(third), method };
  if ((type === 'ack' || type === 'result') && third === '') return { type, id };
  if (type === 'error' && numberForm.test(third)) return { type, id, code: Number(third) };
  return undefined;
}
