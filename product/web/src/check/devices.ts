import type { DeviceKind } from '../core/model.ts';
import type { PreviewModel } from '../room/preview.ts';
import type { Store } from '../room/store.ts';
import type { DeviceChoice } from './control.ts';

/** Resolves when no device is starting any more, or when `signal` aborts. */
export function whenOpened(store: Pick<Store<PreviewModel>, 'get' | 'subscribe'>, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = (): void => {
    const { camera, microphone } = store.get();
    if (signal.aborted || (camera !== 'starting' && microphone !== 'starting')) resolve();
  };
  const leave = store.subscribe(look);
  signal.addEventListener('abort', look);
  look();
  return promise.finally(() => {
    leave();
    signal.removeEventListener('abort', look);
  });
}

/** Returns the devices for a check. An id of '' stands for the system's device. */
export function choiceOf({ videoinput, audioinput }: Readonly<Record<DeviceKind, string>>): DeviceChoice {
  return {
    camera: videoinput === '' ? true : { deviceId: videoinput },
    microphone: audioinput === '' ? true : { deviceId: audioinput },
  };
}
