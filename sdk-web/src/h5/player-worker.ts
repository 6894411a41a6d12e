// Decodes in a worker, so that the page stays smooth. It receives WorkerOrder and answers with WorkerAnswer.
import { type Decoded, Decoding } from './decoding.ts';

/** Message to the worker. `stream` counts connections; answers of an older one are ignored. */
export type DecoderOrder =
  | { readonly kind: 'begin'; readonly stream: number; readonly withSound: boolean }
  | { readonly kind: 'bytes'; readonly bytes: ArrayBuffer };
export interface DecoderAnswer {
  readonly stream: number;
  readonly decoded: Decoded;
}

/** The used part of a worker's global object; the page's types lack it. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<DecoderOrder>) => void) | null;
  postMessage(answer: DecoderAnswer, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;
let decoding: Decoding | undefined;

scope.onmessage = ({ data: order }) => {
  if (order.kind === 'bytes') {
    decoding?.push(new Uint8Array(order.bytes));
    return;
  }
  const { stream } = order;
  decoding?.close();
  decoding = new Decoding(order.withSound, (decoded) => scope.postMessage({ stream, decoded }, buffersOf(decoded)));
};

function buffersOf(decoded: Decoded): ArrayBuffer[] {
  if (decoded.kind === 'picture') return [decoded.planes.buffer];
  return decoded.kind === 'sound' ? decoded.channels.map(({ buffer }) => buffer) : [];
}
