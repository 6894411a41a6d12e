// Writes objects of a finished recording; after the job was aborted, writes are refused (`JOB_ABORTED`).
import {
  ObjectWriter as AnyObjectWriter,
  type ObjectInfo,
  placeObject as place,
  type Store,
} from '@meridian/object-store';
import { FinishError } from '../core/finishing/errors.ts';

export { listAll } from '@meridian/object-store';

const refuseIfAborted = (signal: AbortSignal | undefined) => (): void => {
  if (signal?.aborted) throw new FinishError('JOB_ABORTED');
};

export const placeObject = (store: Store, key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<ObjectInfo> =>
  place(store, key, bytes, refuseIfAborted(signal));

export class ObjectWriter extends AnyObjectWriter {
  constructor(store: Store, key: string, signal: AbortSignal) {
    super(store, key, refuseIfAborted(signal));
  }
}
