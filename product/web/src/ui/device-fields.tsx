import { Mic, Video, Volume2 } from 'lucide-react';
import type { DeviceKind, DevicesModel } from '../core/model.ts';
import type { SoundTests } from './actions.ts';
import { useTranslate } from './language.tsx';
import { MicrophoneTest, SpeakerTest } from './sound-tests.tsx';

const icons = { audioinput: Mic, videoinput: Video, audiooutput: Volume2 } as const;

interface DeviceFieldsProps {
  devices: DevicesModel;
  kinds: readonly DeviceKind[];
  /** Sound tests; absent when they are placed elsewhere. */
  tests?: SoundTests;
  onSelect(kind: DeviceKind, deviceId: string): void;
}

/** A choice per kind of device; names appear once the browser reveals them. */
export function DeviceFields({ devices, kinds, tests, onSelect }: DeviceFieldsProps) {
  const t = useTranslate();
  return kinds.map((kind) => {
    const Icon = icons[kind];
    const list = devices.lists[kind];
    const blocked = devices.blocked[kind];
    const fixed = kind === 'audiooutput' && !devices.outputSelectable;
    return (
      <div key={kind} className="field">
        <label className="field-label" htmlFor={`device-${kind}`}>
          <Icon size={15} aria-hidden="true" />
          {t(`device.${kind}`)}
        </label>
        <select
          id={`device-${kind}`}
          className="select"
          value={devices.selected[kind]}
          disabled={list.length === 0 || fixed}
          data-testid={`device-${kind}`}
          onChange={(event) => onSelect(kind, event.target.value)}
        >
          {list.length === 0 ? <option value="">{t(noneKey(fixed, blocked))}</option> : null}
          {list.length > 0 && !list.some((one) => one.deviceId === devices.selected[kind]) ? (
            <option value={devices.selected[kind]}>{t('device.default')}</option>
          ) : null}
          {list.map((one, at) => (
            <option key={one.deviceId} value={one.deviceId}>
              {one.label === '' ? t('device.unnamed', { number: at + 1 }) : one.label}
            </option>
          ))}
        </select>
        {fixed ? <span className="field-hint">{t('device.outputFixed')}</span> : null}
        {blocked && list.length === 0 ? <span className="field-hint">{t('device.blockedHint')}</span> : null}
        {kind === 'audiooutput' && tests !== undefined ? <SpeakerTest tests={tests} /> : null}
        {kind === 'audioinput' && tests !== undefined ? <MicrophoneTest tests={tests} /> : null}
      </div>
    );
  });
}

function noneKey(fixed: boolean, blocked: boolean): 'device.default' | 'device.blocked' | 'device.none' {
  if (fixed) return 'device.default';
  return blocked ? 'device.blocked' : 'device.none';
}
