// Picture in picture of the player's video, where the browser has it.
import { type RefObject, useCallback, useEffect, useState } from 'react';

export interface SmallPicture {
  readonly isOn: boolean;
  toggle(): void;
}

/** Returns undefined where the browser has no picture in picture. */
export function useSmallPicture(media: RefObject<HTMLMediaElement | null>): SmallPicture | undefined {
  const [isOn, setOn] = useState(false);
  useEffect(() => {
    const element = media.current;
    if (element === null) return undefined;
    const update = (): void => setOn(document.pictureInPictureElement === element);
    element.addEventListener('enterpictureinpicture', update);
    element.addEventListener('leavepictureinpicture', update);
    return () => {
      element.removeEventListener('enterpictureinpicture', update);
      element.removeEventListener('leavepictureinpicture', update);
    };
  }, [media]);
  const toggle = useCallback(() => {
    const element = media.current;
    if (!(element instanceof HTMLVideoElement)) return;
    const change =
      document.pictureInPictureElement === element
        ? document.exitPictureInPicture()
        : element.requestPictureInPicture();
    change.catch((error: unknown) => console.info('The browser does not change to a small picture:', error));
  }, [media]);
  return document.pictureInPictureEnabled === true ? { isOn, toggle } : undefined;
}
