import {
  Activity,
  GalleryThumbnails,
  Info,
  Keyboard,
  LayoutGrid,
  LogOut,
  MapPin,
  Maximize,
  MonitorOff,
  MonitorUp,
  PictureInPicture2,
  RadioTower,
  Settings2,
  Shield,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { rankOf } from '../core/hosting.ts';
import type { MeetingState } from '../core/meeting.ts';
import type { MeetingActions } from './actions.ts';
import { canFullScreenMeeting, toggleMeetingFullScreen, useFullScreen } from './full-screen.ts';
import { useKeyboard } from './hooks.ts';
import { useTranslate } from './language.tsx';
import { LanguageSwitch } from './parts.tsx';
import { openSmall, type SmallWindow } from './picture-in-picture.tsx';
import { Popover } from './popover.tsx';

interface MoreProps {
  state: MeetingState;
  actions: MeetingActions;
  canShare: boolean;
  small: SmallWindow;
}

interface Item {
  readonly key: string;
  readonly icon: ReactNode;
  readonly label: string;
  /** Windows of this width show the entry in the bar (styles/bar.css): from 640 px, or from 1261 px. */
  readonly inBar?: 'wide' | 'roomy';
  run(): void;
}

/** Entries that do not fit into the bar. */
export function MorePopover({ onClose, ...props }: MoreProps & { onClose(): void }) {
  const t = useTranslate();
  const items = [...useMeetingItems(props), ...useBrowserItems(props)];
  return (
    <Popover name="more" title={t('control.more')} bare onClose={onClose}>
      <ul className="more">
        {items.map((item) => (
          <li key={item.key} className={item.inBar && { wide: 'narrow-only', roomy: 'spare-only' }[item.inBar]}>
            <button
              type="button"
              data-testid={`more-${item.key}`}
              onClick={() => {
                onClose();
                item.run();
              }}
            >
              {item.icon}
              {item.label}
            </button>
          </li>
        ))}
      </ul>
      <div className="dialog-row in-row justify-between gap-3">
        <span className="field-label">{t('app.language')}</span>
        <LanguageSwitch />
      </div>
    </Popover>
  );
}

function useMeetingItems({ state, actions, canShare }: MoreProps): Item[] {
  const t = useTranslate();
  const { dispatch } = actions;
  const isGrid = state.view === 'grid';
  const isSharing = state.own.screen === 'on';
  const isHost = rankOf(state.participants.find(({ local }) => local)) !== 'none';
  const share: Item = {
    key: 'share',
    inBar: 'wide',
    icon: isSharing ? <MonitorOff size={20} /> : <MonitorUp size={20} />,
    label: t(isSharing ? 'control.shareStop' : 'control.share'),
    run: actions.toggleShare,
  };
  const host: Item = {
    key: 'host',
    inBar: 'wide',
    icon: <Shield size={20} />,
    label: t('host.title'),
    run: () => dispatch({ type: 'dialog', dialog: 'host' }),
  };
  const audience: Item = {
    key: 'audience',
    inBar: 'wide',
    icon: <RadioTower size={20} />,
    label: t('control.audience'),
    run: () => dispatch({ type: 'panel', panel: 'audience' }),
  };
  const leaveStage: Item = {
    key: 'leave-stage',
    inBar: 'wide',
    icon: <LogOut size={20} />,
    label: t('control.leaveStage'),
    run: () => void actions.show.leaveStage(),
  };
  const ofShow = isHost ? audience : leaveStage;
  return [
    ...(state.show === 'stage' ? [ofShow] : []),
    ...(canShare ? [share] : []),
    {
      key: 'view',
      inBar: 'wide',
      icon: isGrid ? <GalleryThumbnails size={20} /> : <LayoutGrid size={20} />,
      label: t(isGrid ? 'control.viewSpeaker' : 'control.viewGrid'),
      run: () => dispatch({ type: 'view', view: isGrid ? 'speaker' : 'grid' }),
    },
    {
      key: 'where',
      inBar: 'wide',
      icon: <MapPin size={20} />,
      label: t('control.where'),
      run: () => dispatch({ type: 'panel', panel: 'where' }),
    },
    {
      key: 'stats',
      icon: <Activity size={20} />,
      label: t('stats.title'),
      run: () => dispatch({ type: 'panel', panel: 'stats' }),
    },
    {
      key: 'devices',
      inBar: 'wide',
      icon: <Settings2 size={20} />,
      label: t('control.devices'),
      run: () => dispatch({ type: 'dialog', dialog: 'devices' }),
    },
    ...(isHost ? [host] : []),
  ];
}

/** Entries that depend on the browser or device. */
function useBrowserItems({ actions, small }: MoreProps): Item[] {
  const t = useTranslate();
  const hasKeyboard = useKeyboard();
  const isFull = useFullScreen();
  const smallWindow: Item = {
    key: 'small',
    inBar: 'roomy',
    icon: <PictureInPicture2 size={20} />,
    label: t(small.isOpen ? 'control.smallClose' : 'control.small'),
    run: () => openSmall(small, actions),
  };
  const fullScreen: Item = {
    key: 'full-screen',
    inBar: 'roomy',
    icon: <Maximize size={20} />,
    label: t(isFull ? 'control.fullScreenEnd' : 'control.fullScreen'),
    run: toggleMeetingFullScreen,
  };
  const help: Item = {
    key: 'help',
    icon: <Keyboard size={20} />,
    label: t('control.help'),
    run: () => actions.dispatch({ type: 'dialog', dialog: 'help' }),
  };
  const about: Item = {
    key: 'about',
    icon: <Info size={20} />,
    label: t('about.title'),
    run: () => actions.dispatch({ type: 'dialog', dialog: 'about' }),
  };
  return [
    ...(small.isSupported ? [smallWindow] : []),
    ...(canFullScreenMeeting() ? [fullScreen] : []),
    ...(hasKeyboard ? [help] : []),
    about,
  ];
}
