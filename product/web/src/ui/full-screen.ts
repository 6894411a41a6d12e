// Full screen for the meeting or a single tile. The browser itself ends it on Escape.
import { useEffect, useState } from 'react';

/** iPhones offer full screen only for videos. */
type AppleVideo = HTMLVideoElement & { webkitEnterFullscreen?: () => void };

/** Returns whether the browser can show an element, or (iPhone) at least a video, in full screen. */
export const canFullScreen = (): boolean =>
  document.fullscreenEnabled === true || 'webkitEnterFullscreen' in HTMLVideoElement.prototype;

export const canFullScreenMeeting = (): boolean => document.fullscreenEnabled === true;

/** Toggles full screen; logs a refusal of the browser. */
export function toggleFullScreen(element: Element): void {
  const isOn = document.fullscreenElement === element;
  if (!canFullScreenMeeting()) element.querySelector<AppleVideo>('video')?.webkitEnterFullscreen?.();
  else
    (isOn ? document.exitFullscreen() : element.requestFullscreen()).catch((error: unknown) =>
      console.info('The browser does not change to the whole screen:', error),
    );
}

export function toggleMeetingFullScreen(): void {
  const meeting = document.querySelector('.meeting');
  if (meeting !== null) toggleFullScreen(meeting);
}

export function useFullScreen(): boolean {
  const [isOn, setOn] = useState(() => document.fullscreenElement != null);
  useEffect(() => {
    const changed = (): void => setOn(document.fullscreenElement != null);
    document.addEventListener('fullscreenchange', changed);
    return () => document.removeEventListener('fullscreenchange', changed);
  }, []);
  return isOn;
}
