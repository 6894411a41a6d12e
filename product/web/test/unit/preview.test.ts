// The lobby’s devices: every opened device is stopped, even when it opens late.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { noDevices } from '../../src/core/model.ts';
import { Effects } from '../../src/room/effects.ts';
import { Preview } from '../../src/room/preview.ts';

vi.mock('../../src/room/devices.ts', () => ({
  listDevices: async () => noDevices,
  onDeviceChange: () => () => undefined,
}));

class FakeDevice extends EventTarget {
  readonly kind = 'video';
  readonly id: string;
  readyState = 'live';
  enabled = true;
  contentHint = '';
  constructor(id: string) {
    super();
    this.id = id;
  }
  stop(): void {
    this.readyState = 'ended';
  }
  getSettings(): MediaTrackSettings {
    return { deviceId: this.id };
  }
}

/** Requests that the browser has not answered yet. */
let pendingRequests: ((device: FakeDevice) => void)[] = [];
beforeEach(() => {
  pendingRequests = [];
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
  const mediaDevices = {
    getUserMedia: () =>
      new Promise((resolve) => pendingRequests.push((device) => resolve({ getTracks: () => [device] }))),
  };
  vi.stubGlobal('navigator', { mediaDevices });
});
afterEach(() => vi.unstubAllGlobals());

describe('the camera of the lobby', () => {
  it('is that of the newest request: the late answer to an older one is stopped', async () => {
    const preview = new Preview(new Effects({ tracks: () => [], stopped: () => undefined }));
    const [older, newer] = [new FakeDevice('older'), new FakeDevice('newer')];
    preview.toggle('camera');
    preview.select('videoinput', 'newer');
    await vi.waitFor(() => expect(pendingRequests.length).toBe(2));
    pendingRequests[1]?.(newer);
    await vi.waitFor(() => expect(preview.store.get().camera).toBe('on'));
    pendingRequests[0]?.(older);
    await vi.waitFor(() => expect(older.readyState).toBe('ended'));
    expect([newer.readyState, preview.localTracks.map(({ deviceId }) => deviceId)]).toEqual(['live', ['newer']]);
    expect(preview.store.get()).toMatchObject({ camera: 'on', picture: { id: 'newer' } });
    preview.close();
    expect(newer.readyState).toBe('ended');
  });

  it('is stopped when it opens after it was switched off', async () => {
    const preview = new Preview(new Effects({ tracks: () => [], stopped: () => undefined }));
    preview.toggle('camera');
    await vi.waitFor(() => expect(pendingRequests.length).toBe(1));
    preview.toggle('camera');
    const late = new FakeDevice('late');
    pendingRequests[0]?.(late);
    await vi.waitFor(() => expect(late.readyState).toBe('ended'));
    expect([preview.localTracks, preview.store.get().camera]).toEqual([[], 'off']);
  });
});
