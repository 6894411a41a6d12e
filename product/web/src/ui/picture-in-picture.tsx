import { Mic, MicOff, PhoneOff, Video, VideoOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import type { MeetingState } from '../core/meeting.ts';
import { mainTile } from '../core/stage.ts';
import type { MeetingActions } from './actions.ts';
import { useLanguage } from './language.tsx';
import { IconButton } from './parts.tsx';
import { Tile } from './tile.tsx';

/** API of browsers with Document Picture-in-Picture. */
interface DocumentPictureInPicture {
  requestWindow(o: { width: number; height: number }): Promise<Window>;
}
const documentWindows = (): DocumentPictureInPicture | undefined =>
  (window as { documentPictureInPicture?: DocumentPictureInPicture }).documentPictureInPicture;

const SIZE = { width: 380, height: 280 };

export interface SmallWindow {
  readonly isSupported: boolean;
  readonly isOpen: boolean;
  /** Opens or closes the window. Rejects as the browser does. */
  toggle(): Promise<void>;
  /** Window into which the page renders, where supported. */
  readonly window: Window | undefined;
}

/** Uses Document Picture-in-Picture, else the browser's picture-in-picture of a single video. */
export function useSmallWindow(): SmallWindow {
  const [opened, setOpened] = useState<Window>();
  useEffect(() => () => opened?.close(), [opened]);
  const toggle = async (): Promise<void> => {
    const windows = documentWindows();
    if (opened !== undefined) opened.close();
    else if (windows === undefined) await toggleVideo();
    else {
      const small = await windows.requestWindow(SIZE);
      copyStyles(small.document);
      small.addEventListener('pagehide', () => setOpened(undefined), { once: true });
      setOpened(small);
    }
  };
  const isSupported = documentWindows() !== undefined || document.pictureInPictureEnabled === true;
  return { isSupported, isOpen: opened !== undefined, toggle, window: opened };
}

/** Opens or closes the window; a toast shows a refusal of the browser. */
export function openSmall(small: SmallWindow, { dispatch }: MeetingActions): void {
  small.toggle().catch((error: unknown) => {
    console.info('There is no small window:', error);
    dispatch({ type: 'toast', tone: 'warning', message: { key: 'toast.smallFailed' }, nowMs: performance.now() });
  });
}

/** Chooses the large tile's video, else the speaker's, else the first. */
async function toggleVideo(): Promise<void> {
  if (document.pictureInPictureElement !== null) return await document.exitPictureInPicture();
  const selectors = ['[data-place=main] video', '.tile[data-speaking] video', '.tile video'];
  const video = selectors.map((place) => document.querySelector<HTMLVideoElement>(place)).find((one) => one !== null);
  if (video === undefined || video === null) throw new DOMException('There is no picture.', 'NotFoundError');
  await video.requestPictureInPicture();
}

/** Copies the page's styles into another document. */
function copyStyles(small: Document): void {
  small.title = document.title;
  small.documentElement.lang = document.documentElement.lang;
  small.body.className = 'small-window';
  for (const sheet of document.querySelectorAll('link[rel=stylesheet], style'))
    small.head.append(sheet.cloneNode(true));
}

/** The speaker, the user's microphone and camera, and the button to leave. */
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
