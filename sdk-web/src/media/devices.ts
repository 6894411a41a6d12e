import { MeridianClientError } from '@meridian/client';
import { deviceError } from './device-error.ts';

/** Lists the devices. Labels are empty until the user has allowed a device once. Rejects with DEVICE_*. */
export async function listDevices(kind?: MediaDeviceKind): Promise<MediaDeviceInfo[]> {
  if (navigator.mediaDevices === undefined)
    throw new MeridianClientError('BROWSER_UNSUPPORTED', 'devices need https or localhost');
  try {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return kind === undefined ? devices : devices.filter((device) => device.kind === kind);
  } catch (error) {
    throw deviceError(error);
  }
}

/** Plays the audio of these elements on that device. Rejects with DEVICE_* or BROWSER_UNSUPPORTED. */
export async function playOn(elements: readonly HTMLMediaElement[], deviceId: string): Promise<void> {
  if (typeof HTMLMediaElement.prototype.setSinkId !== 'function') {
    throw new MeridianClientError('BROWSER_UNSUPPORTED', 'this browser cannot choose the audio output');
  }
  try {
    await Promise.all(elements.map((element) => element.setSinkId(deviceId)));
  } catch (error) {
    throw deviceError(error);
  }
}
