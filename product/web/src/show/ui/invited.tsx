import { Mic, MicOff, Video as VideoIcon, VideoOff } from 'lucide-react';
import { useEffect, useSyncExternalStore } from 'react';
import type { DeviceKind } from '../../core/model.ts';
import type { PreviewModel } from '../../room/preview.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Video } from '../../ui/media.tsx';
import { IconButton } from '../../ui/parts.tsx';
import { useShowWords } from '../text.ts';

/** The part of `Preview` that opens camera and microphone before the person joins the stage. */
export interface InvitedPreview {
  readonly store: { get(): PreviewModel; subscribe(listener: () => void): () => void };
  readonly deviceIds: Readonly<Record<DeviceKind, string>>;
  open(o: { camera: boolean; microphone: boolean }): void;
  toggle(part: 'camera' | 'microphone'): void;
  close(): void;
}

interface InvitedProps {
  readonly hostName: string;
  readonly isGoing: boolean;
  readonly preview: InvitedPreview;
  onJoin(o: { camera: boolean; microphone: boolean; deviceIds: InvitedPreview['deviceIds'] }): void;
  onDecline(): void;
}

export function Invited({ hostName, isGoing, preview, onJoin, onDecline }: InvitedProps) {
  const { say } = useShowWords();
  const { camera, microphone, picture } = useSyncExternalStore(preview.store.subscribe, preview.store.get);
  useEffect(() => {
    preview.open({ camera: true, microphone: true });
    return () => preview.close();
  }, [preview]);
  const isOn = (state: PreviewModel['camera']): boolean => state === 'on' || state === 'starting';
  const join = (): void => {
    const { deviceIds } = preview;
    onJoin({ camera: isOn(camera), microphone: isOn(microphone), deviceIds });
  };
  return (
    <Dialog title={say('stage.invited')} className="show-invited" onClose={onDecline}>
      <div className="show-invited-body grid gap-3">
        <div className="preview show-preview grid place-center text-faint">
          {picture === undefined ? (
            <VideoOff size={30} aria-hidden="true" />
          ) : (
            <Video source={picture} label="" mirrored />
          )}
          <div className="show-preview-buttons absolute flex gap-2">
            <Part part="microphone" isOn={isOn(microphone)} onToggle={() => preview.toggle('microphone')} />
            <Part part="camera" isOn={isOn(camera)} onToggle={() => preview.toggle('camera')} />
          </div>
        </div>
        <p>{hostName === '' ? say('stage.invitedText') : say('stage.invitedBy', { name: hostName })}</p>
        <div className="show-buttons">
          <button type="button" className="button" disabled={isGoing} onClick={onDecline}>
            {say('stage.notNow')}
          </button>
          <button type="button" className="button primary" disabled={isGoing} data-testid="stage-join" onClick={join}>
            {say(isGoing ? 'stage.joining' : 'stage.join')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

function Part(props: { part: 'camera' | 'microphone'; isOn: boolean; onToggle(): void }) {
  const { say } = useShowWords();
  const { part, isOn } = props;
  const icons = part === 'camera' ? [VideoIcon, VideoOff] : [Mic, MicOff];
  const Icon = (isOn ? icons[0] : icons[1]) ?? Mic;
  return (
    <IconButton
      className={isOn ? '' : 'off'}
      label={say(`stage.${part}${isOn ? 'Off' : 'On'}`)}
      aria-pressed={isOn}
      onClick={props.onToggle}
    >
      <Icon size={20} />
    </IconButton>
  );
}
