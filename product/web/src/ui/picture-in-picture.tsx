import { Mic, MicOff, PhoneOff, Video, VideoOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import type { MeetingState } from '../core/meeting.ts';
import { mainTile } from '../core/stage.ts';
import type { MeetingActions } from './actions.ts';
import { useLanguage } from './language.tsx';
import { IconButton } from './parts.tsx';
import { Tile } from './tile.tsx';

/** Of the browsers that let a page have a small window above all others. */
interface DocumentPictureInPicture {
  requestWindow(o: { width: number; height: number }): Promise<Window>;
}
const documentWindows = (): DocumentPictureInPicture | undefined =>
  (window as { documentPictureInPicture?: DocumentPictureInPicture }).documentPictureInPicture;

const SIZE = { width: 380, height: 280 };

export interface SmallWindow {
  /** Whether the browser offers picture-in-picture windows. */
  readonly isSupported: boolean;
  readonly isOpen: boolean;
  /** Opens it, or closes it. Rejects as the browser does. */
  toggle(): Promise<void>;
  /** Where the page draws, when the browser lets it. */
  readonly window: Window | undefined;
}

/** A window of the page's own where the browser has such, else the browser's own of one video. */
export function useSmallWindow(): SmallWindow {
  const [opened, setOpened] = useState<Window>();
  useEffect(() => () => opened?.close(), [opened]);
  const toggle = async (): Promise<void> => {
    const windows = documentWindows();
    if (opened !== undefined) opened.close();
    else if (windows === undefined) await toggleVideo();
    else {
      const small = await windows.requestWindow(SIZE);
      dress(small.document);
      small.addEventListener('pagehide', () => setOpened(undefined), { once: true });
      setOpened(small);
    }
  };
  const isSupported = documentWindows() !== undefined || document.pictureInPictureEnabled === true;
  return { isSupported, isOpen: opened !== undefined, toggle, window: opened };
}

/** Opens or closes it; a toast says when the browser does not let that happen. */
export function openSmall(small: SmallWindow, { dispatch }: MeetingActions): void {
  small.toggle().catch((error: unknown) => {
    console.info('There is no small window:', error);
    dispatch({ type: 'toast', tone: 'warning', message: { key: 'toast.smallFailed' }, nowMs: performance.now() });
  });
}

/** The picture that stands large, or that of the speaker, or the first. */
async function toggleVideo(): Promise<void> {
  if (document.pictureInPictureElement !== null) return await document.exitPictureInPicture();
  const places = ['[data-place=main] video', '.tile[data-speaking] video', '.tile video'];
  const video = places.map((place) => document.querySelector<HTMLVideoElement>(place)).find((one) => one !== null);
  if (video === undefined || video === null) throw new DOMException('There is no picture.', 'NotFoundError');
  await video.requestPictureInPicture();
}

/** The look of the page, for another document of it. */
function dress(small: Document): void {
  small.title = document.title;
  small.documentElement.lang = document.documentElement.lang;
  small.body.className = 'small-window';
  for (const sheet of document.querySelectorAll('link[rel=stylesheet], style'))
    small.head.append(sheet.cloneNode(true));
}

/** The speaker, one's own microphone and camera, and the button to leave. */
export function SmallWindowView(props: { small: Window; state: MeetingState; actions: MeetingActions }) {
  const { t, language } = useLanguage();
  const { small, state, actions } = props;
  const { microphone, camera } = state.own;
  const tile = mainTile({ ...state, spotlight: state.hosting.spotlight });
  const mayPublish = state.participants.find(({ local }) => local)?.canPublish !== false;
  useEffect(() => {
    small.document.documentElement.lang = language;
  }, [small, language]);
  return createPortal(
    <div className="small-meeting grid" data-testid="small-window">
      {tile === undefined ? null : (
        <Tile key={tile.key} tile={tile} pinned={false} mayRename={false} actions={actions} />
      )}
      <div className="small-buttons flex justify-center gap-2">
        {mayPublish ? (
          <>
            <IconButton
              className={microphone === 'off' ? 'off' : ''}
              label={t(microphone === 'off' ? 'control.microphoneOn' : 'control.microphoneOff')}
              data-testid="small-microphone"
              onClick={actions.toggleMicrophone}
            >
              {microphone === 'off' ? <MicOff size={20} /> : <Mic size={20} />}
            </IconButton>
            <IconButton
              className={camera === 'off' ? 'off' : ''}
              label={t(camera === 'off' ? 'control.cameraOn' : 'control.cameraOff')}
              onClick={actions.toggleCamera}
            >
              {camera === 'off' ? <VideoOff size={20} /> : <Video size={20} />}
            </IconButton>
          </>
        ) : null}
        <IconButton className="leave" label={t('control.leave')} onClick={actions.leave}>
          <PhoneOff size={20} />
        </IconButton>
      </div>
    </div>,
    small.document.body,
  );
}
