// Encodes in a worker, so that the page stays smooth, and times the pictures, because browsers slow down timers of a
// hidden page but not of its worker. It receives EncoderOrder and answers with EncoderAnswer.
import { type Encoded, Encoding, type EncodingOptions } from './encoding.ts';

/** Message to the worker. `stream` counts connections; answers of an older one are ignored. */
export type EncoderOrder =
  | { readonly kind: 'begin'; readonly stream: number; readonly options: EncodingOptions; readonly pictureMs: number }
  | { readonly kind: 'picture'; readonly rgba: ArrayBuffer; readonly ptsMs: number }
  | { readonly kind: 'sound'; readonly samples: Float32Array<ArrayBuffer>; readonly ptsMs: number }
  | { readonly kind: 'key' };
export type EncoderAnswer =
  | { readonly kind: 'tick' }
  | { readonly kind: 'encoded'; readonly stream: number; readonly encoded: Encoded };

/** The used part of a worker's global object; the page's types lack it. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<EncoderOrder>) => void) | null;
  postMessage(answer: EncoderAnswer, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;
let encoding: Encoding | undefined;
let ticks: ReturnType<typeof setInterval> | undefined;

scope.onmessage = ({ data: order }) => {
  if (order.kind === 'picture') encoding?.picture(new Uint8Array(order.rgba), order.ptsMs);
  else if (order.kind === 'sound') encoding?.sound(order.samples, order.ptsMs);
  else if (order.kind === 'key') encoding?.requestKey();
  else {
    const { stream, options, pictureMs } = order;
    encoding = new Encoding(options, (encoded) =>
      scope.postMessage({ kind: 'encoded', stream, encoded }, [encoded.bytes.buffer]),
    );
    clearInterval(ticks);
    ticks = setInterval(() => scope.postMessage({ kind: 'tick' }, []), pictureMs);
  }
};
