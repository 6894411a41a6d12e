import type { DeviceKind } from '../core/model.ts';
import type { PreviewModel } from '../room/preview.ts';
import type { Store } from '../room/store.ts';
import type { DeviceChoice } from './control.ts';

/** Resolves when no device is starting any more, or when `signal` aborts. */
export function whenOpened(store: Pick<Store<PreviewModel>, 'get' | 'subscribe'>, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const check = (): void => {
    const { camera, microphone } = store.get();
    if (signal.aborted || (camera !== 'starting' && microphone !== 'starting')) resolve();
  };
  const unsubscribe = store.subscribe(check);
  signal.addEventListener('abort', check);
  check();
  return promise.finally(() => {
    unsubscribe();
    signal.removeEventListener('abort', check);
  });
}

/** Returns the devices for a check. An id of '' stands for the system's device. */
export function choiceOf({ videoinput, audioinput }: Readonly<Record<DeviceKind, string>>): DeviceChoice {
  return {
    camera: videoinput === '' ? true : { deviceId: videoinput },
    microphone: audioinput === '' ? true : { deviceId: audioinput },
  };
}
