// Reads the status of an edge from its nginx (`stub_status`), and the nodes that it fetches from.
import { MeridianError } from '@meridian/protocol';
import { EDGE_ORIGINS_HEADER } from '../edge-signs.ts';

export interface EdgeStatus {
  /** Open connections of viewers. */
  readonly connections: number;
  readonly originIds: ReadonlySet<string>;
}

/** nginx sends less than 200 bytes. */
const BODY_BYTES_MAX = 2048;

/** Queries an edge once. Rejects with the reason, and with REQUEST_INVALID for an answer that is not from an edge. */
export async function queryEdge(url: string, signal: AbortSignal): Promise<EdgeStatus> {
  const response = await fetch(url, { signal, redirect: 'error' });
  const text = await textOf(response);
  const connections = /^Active connections: (\d{1,9})\b/.exec(text)?.[1];
  if (!response.ok || connections === undefined)
    throw new MeridianError('REQUEST_INVALID', `no edge answers there: HTTP ${response.status}`);
  const ids = (response.headers.get(EDGE_ORIGINS_HEADER) ?? '').split(' ').filter((id) => id !== '');
  return { connections: Number(connections), originIds: new Set(ids) };
}

async function textOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of body ?? []) {
    text += decoder.decode(piece, { stream: true });
    if (text.length > BODY_BYTES_MAX) break; // which ends the body
  }
  return text;
}
