import { type DeviceKind, type DeviceModel, type DevicesModel, noDevices } from '../core/model.ts';

const LIST_MAX = 64; // most devices of a kind in a list

/** Lists cameras, microphones and speakers; their names are empty until the user has allowed a device. */
export async function listDevices(selected: Partial<DevicesModel['selected']>): Promise<DevicesModel> {
  const [found, camera, microphone] = await Promise.all([allDevices(), isBlocked('camera'), isBlocked('microphone')]);
  const listOf = (kind: DeviceKind): DeviceModel[] =>
    found
      .filter((one) => one.kind === kind && one.deviceId !== '')
      .slice(0, LIST_MAX)
      .map(({ deviceId, label }) => ({ deviceId, label }));
  return {
    lists: { audioinput: listOf('audioinput'), videoinput: listOf('videoinput'), audiooutput: listOf('audiooutput') },
    selected: { ...noDevices.selected, ...selected },
    blocked: { audioinput: microphone, videoinput: camera, audiooutput: false },
    outputSelectable: 'setSinkId' in HTMLMediaElement.prototype,
  };
}

async function allDevices(): Promise<MediaDeviceInfo[]> {
  if (navigator.mediaDevices === undefined) return []; // not a secure context
  try {
    return await navigator.mediaDevices.enumerateDevices();
  } catch (error) {
    console.info('Devices could not be listed; the page tries again when a device appears or disappears.', error);
    return [];
  }
}

/** Returns whether the user denied the device; false in Firefox before 140 and Safari before 16, which cannot know. */
async function isBlocked(name: 'camera' | 'microphone'): Promise<boolean> {
  if (navigator.permissions === undefined) return false; // not a secure context
  try {
    return (await navigator.permissions.query({ name })).state === 'denied';
  } catch (error) {
    console.debug('The browser does not support the query for this permission.', error);
    return false;
  }
}

/** Calls `listener` when a device appears or disappears. Returns the unsubscribe function. */
export function onDeviceChange(listener: () => void): () => void {
  const devices = navigator.mediaDevices;
  if (devices === undefined) return () => undefined;
  devices.addEventListener('devicechange', listener);
  return () => devices.removeEventListener('devicechange', listener);
}
