// There is one pipe per pair of nodes and fence. Each side has one pipe transport for the other and keeps it as long as
// both incarnations live. Either side may send `pipeOpen`, on first need; the request and its answer carry each side's
// address and key.
//
// Glare: both sides send `pipeOpen` at once. The request of the node with the lower id wins. The node with the higher
// id answers it and forgets its own request; the other node answers with its end, but connects by the answer to its own
// request. Both exchanges carry the same two ends, so the order of arrival makes no difference.
//
// A pipe cannot change its remote end (a mediasoup transport connects once): a new incarnation, address or key on the
// other side means a new pipe here, and everything that the old pipe carried is lost.

/** Forwarder of one end. `keyHex`: key of datagrams to it, 32 hexadecimal digits; `flow`: its number for the pipe. */
export interface PathEnd {
  readonly ip: string;
  readonly port: number;
  readonly keyHex: string;
  readonly flow: number;
}
export interface PipeEnd {
  readonly incarnation: string;
  readonly ip: string;
  readonly port: number;
  readonly cryptoSuite: string;
  readonly keyBase64: string;
  /** Undefined: this end has no forwarder, so datagrams go from pipe to pipe. */
  readonly path?: PathEnd | undefined;
}
export type PipeState =
  | { readonly kind: 'none' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'open'; readonly remote: PipeEnd };
export type PipeStep =
  | { readonly do: 'connect'; readonly remote: PipeEnd } // first time: connect our end to theirs
  | { readonly do: 'keep' }
  | { readonly do: 'rebuild'; readonly remote: PipeEnd } // the other end is new: replace our end and connect it
  | { readonly do: 'answerOnly' } // glare: answer with our end and wait for the answer to our own request
  | { readonly do: 'ignore' };

export const isSameEnd = (a: PipeEnd, b: PipeEnd): boolean =>
  a.incarnation === b.incarnation &&
  a.ip === b.ip &&
  a.port === b.port &&
  a.keyBase64 === b.keyBase64 &&
  isSamePath(a.path, b.path);

const isSamePath = (a: PathEnd | undefined, b: PathEnd | undefined): boolean =>
  a?.ip === b?.ip && a?.port === b?.port && a?.keyHex === b?.keyHex && a?.flow === b?.flow;

export const winsGlare = (askerId: string, otherId: string): boolean => askerId < otherId;

export function onPipeOpen(state: PipeState, o: { selfId: string; remoteId: string; remote: PipeEnd }): PipeStep {
  if (state.kind === 'open')
    return isSameEnd(state.remote, o.remote) ? { do: 'keep' } : { do: 'rebuild', remote: o.remote };
  if (state.kind === 'asking' && winsGlare(o.selfId, o.remoteId)) return { do: 'answerOnly' };
  return { do: 'connect', remote: o.remote };
}

export function onPipeOpened(state: PipeState, remote: PipeEnd): PipeStep {
  if (state.kind === 'asking') return { do: 'connect', remote };
  if (state.kind === 'none') return { do: 'ignore' };
  return isSameEnd(state.remote, remote) ? { do: 'keep' } : { do: 'rebuild', remote };
}

export const shouldDial = (selfId: string, otherId: string): boolean => selfId < otherId;
