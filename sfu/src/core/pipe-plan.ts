// One pipe per pair of nodes and fence. Each side has one pipe transport for the other and keeps it as long as both
// incarnations live; `pipeOpen` and its answer carry each side's address and key. Either side may ask, on first need.
//
// Glare: both ask at once. The request of the lower node id wins: the higher node answers it and forgets its own
// request; the lower node answers the other's request with its own end, but goes by the answer to its own.
// Both paths carry the same two ends, so no packet goes elsewhere whichever arrives first.
//
// A pipe cannot be pointed elsewhere (a mediasoup transport connects once): a new incarnation, address or key on the
// other side means a new pipe here, and whatever the old one carried is lost.

/**
 * The forwarder under one end of a pipe: where it is, the key of what it is sent, 32 hexadecimal digits, and its number
 * of this pipe.
 */
export interface PathEnd {
  readonly ip: string;
  readonly port: number;
  readonly keyHex: string;
  readonly flow: number;
}
/** One end of a pipe as the other node describes it. */
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
  | { readonly do: 'keep' } // nothing changed
  | { readonly do: 'rebuild'; readonly remote: PipeEnd } // the other side is new: drop our end, make another, connect
  | { readonly do: 'answerOnly' } // glare: answer with our end and wait for the answer to our own request
  | { readonly do: 'ignore' };

export const sameEnd = (a: PipeEnd, b: PipeEnd): boolean =>
  a.incarnation === b.incarnation &&
  a.ip === b.ip &&
  a.port === b.port &&
  a.keyBase64 === b.keyBase64 &&
  samePath(a.path, b.path);

const samePath = (a: PathEnd | undefined, b: PathEnd | undefined): boolean =>
  a?.ip === b?.ip && a?.port === b?.port && a?.keyHex === b?.keyHex && a?.flow === b?.flow;

/** The pair's winner when both ask at once. */
export const winsGlare = (askerId: string, otherId: string): boolean => askerId < otherId;

/** What to do with a `pipeOpen` that arrived. */
export function onPipeOpen(state: PipeState, o: { selfId: string; remoteId: string; remote: PipeEnd }): PipeStep {
  if (state.kind === 'open')
    return sameEnd(state.remote, o.remote) ? { do: 'keep' } : { do: 'rebuild', remote: o.remote };
  if (state.kind === 'asking' && winsGlare(o.selfId, o.remoteId)) return { do: 'answerOnly' };
  return { do: 'connect', remote: o.remote };
}

/** What to do with the answer to our own `pipeOpen`. */
export function onPipeOpened(state: PipeState, remote: PipeEnd): PipeStep {
  if (state.kind === 'asking') return { do: 'connect', remote };
  if (state.kind === 'none') return { do: 'ignore' };
  return sameEnd(state.remote, remote) ? { do: 'keep' } : { do: 'rebuild', remote };
}

/** Which of two nodes dials the link between them. */
export const dials = (selfId: string, otherId: string): boolean => selfId < otherId;
