// Choices of a recording: before it begins what is recorded, while it runs the layout of its video.
import { Circle, CircleStop } from 'lucide-react';
import { useId, useState } from 'react';
import { type RecordingLayout, type RecordingModel, recordingLayouts, recordingWords } from '../core/hosting.ts';
import type { MeetingActions } from './actions.ts';
import { useTranslate } from './language.tsx';
import { Popover } from './popover.tsx';

interface RecordPopoverProps {
  recording: RecordingModel;
  host: MeetingActions['host'];
  onClose(): void;
}

export function RecordPopover(props: RecordPopoverProps) {
  const t = useTranslate();
  return (
    <Popover name="record" title={t('record.choices')} onClose={props.onClose}>
      <div className="dialog-fields host-fields">
        {props.recording.state === 'none' ? <Begin {...props} /> : <Running {...props} />}
      </div>
    </Popover>
  );
}

const modes = ['composed', 'tracks'] as const;

function Begin({ host, onClose }: RecordPopoverProps) {
  const t = useTranslate();
  const name = useId();
  const [mode, setMode] = useState<(typeof modes)[number]>('composed');
  const [layout, setLayout] = useState<RecordingLayout>('grid');
  return (
    <>
      <fieldset className="record-modes grid gap-2">
        <legend className="visually-hidden">{t('record.mode')}</legend>
        {modes.map((one) => (
          <label key={one} className="host-switch in-row gap-3 pointer">
            <input
              type="radio"
              name={name}
              checked={mode === one}
              data-testid={`record-${one}`}
              onChange={() => setMode(one)}
            />
            <span className="grid flex-1">
              {t(`record.${one}`)}
              <small>{t(`record.${one}Hint`)}</small>
            </span>
          </label>
        ))}
      </fieldset>
      {mode === 'composed' ? <LayoutChoice layout={layout} onChoose={setLayout} /> : null}
      <button
        type="button"
        className="button primary"
        data-testid="record-begin"
        onClick={() => {
          onClose();
          host({ do: 'record', on: true, mode, ...(mode === 'composed' && { layout }) });
        }}
      >
        <Circle size={18} aria-hidden="true" />
        {t('record.begin')}
      </button>
    </>
  );
}

function Running({ recording, host, onClose }: RecordPopoverProps) {
  const t = useTranslate();
  return (
    <>
      <p>{t(recordingWords(recording))}</p>
      {recording.mode === 'composed' ? (
        <LayoutChoice layout={recording.layout} onChoose={(layout) => host({ do: 'recordingLayout', layout })} />
      ) : null}
      <button
        type="button"
        className="button danger"
        data-testid="record-stop"
        onClick={() => {
          onClose();
          host({ do: 'record', on: false });
        }}
      >
        <CircleStop size={18} aria-hidden="true" />
        {t('record.stop')}
      </button>
    </>
  );
}

function LayoutChoice({ layout, onChoose }: { layout: RecordingLayout; onChoose(layout: RecordingLayout): void }) {
  const t = useTranslate();
  return (
    <label className="field">
      <span className="field-label">{t('record.layout')}</span>
      <select
        className="select"
        data-testid="record-layout"
        value={layout}
        onChange={({ target }) => onChoose(recordingLayouts.find((one) => one === target.value) ?? 'grid')}
      >
        {recordingLayouts.map((one) => (
          <option key={one} value={one}>
            {t(`record.layout.${one}`)}
          </option>
        ))}
      </select>
    </label>
  );
}
