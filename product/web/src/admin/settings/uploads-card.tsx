import { X } from 'lucide-react';
import { useState } from 'react';
import { timeFormat } from '../../core/time-formats.ts';
import { bytesText } from '../../library/core/words.ts';
import type { AdminPorts } from '../ports.ts';
import { useTexts } from '../text.ts';
import { AskDialog } from '../ui/ask-dialog.tsx';
import { useList } from '../ui/queries.ts';
import { type Column, ListTable } from '../ui/table.tsx';
import type { OpenUpload, SettingsApi } from './api.ts';
import { settingsTexts } from './text.ts';

/** Open uploads of the organisation's users: each takes a place and bytes of the library. */
export function UploadsCard({ api, ports }: { api: SettingsApi; ports: AdminPorts }) {
  const { say } = useTexts(settingsTexts);
  const [ending, setEnding] = useState<OpenUpload>();
  const list = useList(['uploads'], (cursor) => api.openUploads(cursor));
  const end = async ({ id }: OpenUpload): Promise<void> => {
    await api.endUpload(id);
    list.reload();
  };
  return (
    <>
      <ListTable
        label={say('uploads')}
        list={list}
        columns={useColumns(ports, setEnding)}
        keyOf={({ id }) => id}
        empty={say('uploadsNone')}
      />
      {ending === undefined ? null : (
        <AskDialog
          title={say('uploadsEndTitle', { name: ending.name })}
          button={say('uploadsEnd')}
          isDangerous
          failed={say('uploadsEndFailed')}
          act={() => end(ending)}
          onClose={() => setEnding(undefined)}
        >
          <p>{say('uploadsEndText')}</p>
        </AskDialog>
      )}
    </>
  );
}

function useColumns({ me, timeZone }: AdminPorts, onEnd: (upload: OpenUpload) => void): readonly Column<OpenUpload>[] {
  const { say, locale } = useTexts(settingsTexts);
  const time = timeFormat('dateTime', { locale, timeZone });
  return [
    { key: 'name', title: say('uploadsFile'), cell: ({ name }) => <strong>{name}</strong> },
    {
      key: 'owner',
      title: say('from'),
      cell: ({ owner }) => (owner === me.id ? say('byYou') : <code className="small">{owner}</code>),
    },
    { key: 'bytes', title: say('uploadsSize'), isNumber: true, cell: ({ bytes }) => bytesText(bytes, locale) },
    { key: 'created', title: say('uploadsBegun'), cell: ({ createdAt }) => time(Date.parse(createdAt)) },
    {
      key: 'end',
      title: '',
      cell: (upload) => (
        <button
          type="button"
          className="button small quiet"
          aria-label={say('uploadsEndOf', { name: upload.name })}
          onClick={() => onEnd(upload)}
        >
          <X size={16} aria-hidden="true" />
          {say('uploadsEnd')}
        </button>
      ),
    },
  ];
}
