// Who may see an item, or the files of a recording: people and groups, everyone in the organisation, and links.
import { useState } from 'react';
import { Choose } from '../../account/ui/fields.tsx';
import { useTexts } from '../../admin/text.ts';
import { useApiQuery } from '../../admin/ui/queries.ts';
import { Dialog } from '../../ui/dialog.tsx';
import type { LibraryApi, VersionedItem } from '../api.ts';
import type { Visibility } from '../core/model.ts';
import { includes } from '../core/rights.ts';
import { Loading } from '../ui/list.tsx';
import { Trouble } from '../ui/trouble.tsx';
import { useWords } from '../ui/use-words.ts';
import { Links } from './links.tsx';
import { Readers } from './readers.tsx';
import { sharingTexts } from './text.ts';

interface ShareDialogProps {
  title: string;
  /** Ids of the items; those of a recording have the same readers and the same visibility. */
  items: readonly string[];
  api: LibraryApi;
  timeZone: string;
  /** Called with the first item after each change of its visibility. */
  onChanged?(found: VersionedItem): void;
  onClose(): void;
}

export function ShareDialog({ title, items, api, timeZone, onChanged, onClose }: ShareDialogProps) {
  const { say } = useTexts(sharingTexts);
  const { say: sayOfLibrary } = useWords();
  const [first = ''] = items;
  const { value: found, problem, set } = useApiQuery(['shared', first], () => api.item(first));
  const [failure, setFailure] = useState<unknown>();
  const setVisibility = async (visibility: Visibility): Promise<void> => {
    setFailure(undefined);
    try {
      const changed = await Promise.all(
        items.map(async (item) => api.change(item, { visibility }, (await api.item(item)).etag)),
      );
      const [one] = changed;
      if (one === undefined) return;
      set(one);
      onChanged?.(one);
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <Dialog title={say('title', { title })} className="wide" onClose={onClose}>
      <div className="dialog-fields share" data-testid="share">
        {problem === undefined ? null : <Trouble title={sayOfLibrary('itemFailed')} error={problem} />}
        {found === undefined && problem === undefined ? <Loading /> : null}
        {found !== undefined && includes(found.item.may, 'change') ? (
          <>
            <Readers {...{ items, api }} />
            <section className="grid gap-2">
              <Choose<Visibility>
                label={say('everyone')}
                value={found.item.visibility}
                options={[
                  ['private', say('everyone.private')],
                  ['tenant', say('everyone.tenant')],
                ]}
                onChoose={(visibility) => void setVisibility(visibility)}
              />
              <p className="field-hint">{say('everyoneHint')}</p>
              {failure === undefined ? null : <Trouble title={say('failed')} error={failure} />}
            </section>
          </>
        ) : null}
        {found === undefined ? null : (
          <section className="grid gap-3" aria-label={say('link')}>
            <h3>{say('link')}</h3>
            {items.length > 1 ? (
              <p className="faint">{say('linksOfFiles')}</p>
            ) : (
              <Links item={found.item} {...{ api, timeZone }} />
            )}
          </section>
        )}
      </div>
    </Dialog>
  );
}
