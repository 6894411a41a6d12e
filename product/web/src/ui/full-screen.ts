// The whole meeting, or one tile, on all of the screen. Escape ends it: the browser's own.
import { useEffect, useState } from 'react';

/** iPhones show only videos so. */
type AppleVideo = HTMLVideoElement & { webkitEnterFullscreen?: () => void };

/** Whether the browser shows an element, or (phones of Apple) at least a video, on the whole screen. */
export const canFullScreen = (): boolean =>
  document.fullscreenEnabled === true || 'webkitEnterFullscreen' in HTMLVideoElement.prototype;

/** Whether the meeting with its bar can be shown so. */
export const canFullScreenMeeting = (): boolean => document.fullscreenEnabled === true;

/** Shows it on the whole screen, or no longer. What the browser does not let happen is said in the console. */
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

/** Whether something of the page fills the screen. */
export function useFullScreen(): boolean {
  const [isOn, setOn] = useState(() => document.fullscreenElement != null);
  useEffect(() => {
    const changed = (): void => setOn(document.fullscreenElement != null);
    document.addEventListener('fullscreenchange', changed);
    return () => document.removeEventListener('fullscreenchange', changed);
  }, []);
  return isOn;
}
