import {
  Activity,
  Circle,
  CircleStop,
  GalleryThumbnails,
  Info,
  Keyboard,
  LayoutGrid,
  LogOut,
  MapPin,
  Maximize,
  Minimize,
  MonitorOff,
  MonitorUp,
  PictureInPicture2,
  RadioTower,
  Settings2,
  Shield,
  SlidersHorizontal,
} from 'lucide-react';
import { type ReactNode, useSyncExternalStore } from 'react';
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
  onRecord(): void;
}

interface Item {
  readonly key: string;
  readonly icon: ReactNode;
  readonly label: string;
  /** A bar of at least 640 px (styles/bar.css) has a button for it. */
  readonly isInWideBar?: boolean;
  run(): void;
}

/** Entries that do not fit into the bar, in groups: what the bar of a phone leaves out, the picture, the call, help. */
export function MorePopover({ onClose, ...props }: MoreProps & { onClose(): void }) {
  const t = useTranslate();
  const all = [useBarItems(props), useViewItems(props), useCallItems(props), useHelpItems(props)];
  const groups = all.filter((items) => items.length > 0);
  return (
    <Popover name="more" title={t('control.more')} bare onClose={onClose}>
      {groups.map((items) => (
        <ul key={items[0]?.key} className={items.every((item) => item.isInWideBar) ? 'more narrow-only' : 'more'}>
          {items.map((item) => (
            <li key={item.key}>
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
      ))}
      <div className="dialog-row in-row justify-between gap-3">
        <span className="field-label">{t('app.language')}</span>
        <LanguageSwitch />
      </div>
    </Popover>
  );
}

/** Entries for the buttons that a narrow bar leaves out. */
function useBarItems({ state, actions, canShare, onRecord }: MoreProps): Item[] {
  const t = useTranslate();
  const { dispatch } = actions;
  const isSharing = state.own.screen === 'on';
  const isRecording = state.hosting.recording.state !== 'none';
  const rank = rankOf(state.participants.find(({ local }) => local));
  const hands = useSyncExternalStore(actions.show.store.subscribe, actions.show.store.get).hands.length;
  const share: Item = {
    key: 'share',
    icon: isSharing ? <MonitorOff size={20} /> : <MonitorUp size={20} />,
    label: t(isSharing ? 'control.shareStop' : 'control.share'),
    run: actions.toggleShare,
  };
  const record: Item = {
    key: 'record',
    icon: isRecording ? <CircleStop size={20} /> : <Circle size={20} />,
    label: t(isRecording ? 'record.stop' : 'record.start'),
    run: onRecord,
  };
  const recordChoices: Item = {
    key: 'record-choices',
    icon: <SlidersHorizontal size={20} />,
    label: t('record.choices'),
    run: () => dispatch({ type: 'dialog', dialog: 'record' }),
  };
  const host: Item = {
    key: 'host',
    icon: <Shield size={20} />,
    label: t('host.title'),
    run: () => dispatch({ type: 'dialog', dialog: 'host' }),
  };
  const audience: Item = {
    key: 'audience',
    icon: <RadioTower size={20} />,
    label: hands === 0 ? t('control.audience') : `${t('control.audience')}, ${t('control.hands', { count: hands })}`,
    run: () => dispatch({ type: 'panel', panel: 'audience' }),
  };
  const leaveStage: Item = {
    key: 'leave-stage',
    icon: <LogOut size={20} />,
    label: t('control.leaveStage'),
    run: () => void actions.show.leaveStage(),
  };
  const ofShow = rank === 'none' ? leaveStage : audience;
  return [
    ...(state.show === 'stage' ? [ofShow] : []),
    ...(canShare ? [share] : []),
    ...(rank === 'host' ? [record, recordChoices] : []),
    ...(rank === 'none' ? [] : [host]),
  ].map((item) => ({ ...item, isInWideBar: true }));
}

function useViewItems({ state, actions, small }: MoreProps): Item[] {
  const t = useTranslate();
  const isFull = useFullScreen();
  const isGrid = state.view === 'grid';
  const smallWindow: Item = {
    key: 'small',
    icon: <PictureInPicture2 size={20} />,
    label: t(small.isOpen ? 'control.smallClose' : 'control.small'),
    run: () => openSmall(small, actions),
  };
  const fullScreen: Item = {
    key: 'full-screen',
    icon: isFull ? <Minimize size={20} /> : <Maximize size={20} />,
    label: t(isFull ? 'control.fullScreenEnd' : 'control.fullScreen'),
    run: toggleMeetingFullScreen,
  };
  return [
    {
      key: 'view',
      icon: isGrid ? <GalleryThumbnails size={20} /> : <LayoutGrid size={20} />,
      label: t(isGrid ? 'control.viewSpeaker' : 'control.viewGrid'),
      run: () => actions.dispatch({ type: 'view', view: isGrid ? 'speaker' : 'grid' }),
    },
    ...(small.isSupported ? [smallWindow] : []),
    ...(canFullScreenMeeting() ? [fullScreen] : []),
  ];
}

function useCallItems({ actions: { dispatch } }: MoreProps): Item[] {
  const t = useTranslate();
  return [
    {
      key: 'devices',
      icon: <Settings2 size={20} />,
      label: t('control.devices'),
      run: () => dispatch({ type: 'dialog', dialog: 'devices' }),
    },
    {
      key: 'where',
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
  ];
}

function useHelpItems({ actions: { dispatch } }: MoreProps): Item[] {
  const t = useTranslate();
  const hasKeyboard = useKeyboard();
  const help: Item = {
    key: 'help',
    icon: <Keyboard size={20} />,
    label: t('control.help'),
    run: () => dispatch({ type: 'dialog', dialog: 'help' }),
  };
  const about: Item = {
    key: 'about',
    icon: <Info size={20} />,
    label: t('about.title'),
    run: () => dispatch({ type: 'dialog', dialog: 'about' }),
  };
  return [...(hasKeyboard ? [help] : []), about];
}
