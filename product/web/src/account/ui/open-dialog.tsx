import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { nextHalfHour } from '../../core/local-time.ts';
import type { AccountApi } from '../api.ts';
import { cancelMeeting, saveMeeting } from '../changes.ts';
import { emptyForm, type FormTarget, formOf, type MeetingForm, type Scope } from '../core/form.ts';
import type { Me, Meeting, MyOccurrence } from '../core/model.ts';
import { forgetDraft, keepDraft, readDraft } from '../draft.ts';
import { useSay } from '../text.ts';
import { DetailsDialog } from './details-dialog.tsx';
import { CancelDialog, ScopeDialog } from './small-dialogs.tsx';

/** Loaded when one books or edits, since it is large. */
const MeetingFormDialog = lazy(async () => ({ default: (await import('./meeting-form.tsx')).MeetingFormDialog }));

type Open =
  | { readonly name: 'details'; readonly occurrence: MyOccurrence }
  | { readonly name: 'scope'; readonly act: 'edit' | 'cancel'; readonly occurrence: MyOccurrence }
  | { readonly name: 'cancel'; readonly scope: Scope; readonly occurrence: MyOccurrence }
  | FormOpen;
interface FormOpen {
  readonly name: 'form';
  readonly target: FormTarget;
  readonly form: MeetingForm;
  readonly before: Meeting | undefined;
  readonly once: string;
}

export interface DialogState {
  readonly open: Open | undefined;
  show(open: Open): void;
  close(): void;
  /** `kept`: input from before a reload. */
  openForm(target: FormTarget, kept?: MeetingForm): Promise<void>;
  /** Asks first for the part of a series, unless `scope` is given. */
  begin(act: 'edit' | 'cancel', occurrence: MyOccurrence, scope?: Scope): void;
}

interface StateOptions {
  readonly me: Me;
  readonly api: AccountApi;
  readonly timeZone: string;
  now(): number;
  /** Called with the error when a form cannot open, and with undefined when a new try begins. */
  onProblem(problem: unknown): void;
}

/** `onProblem` and `now` must stay the same functions. A draft from before a reload opens automatically. */
export function useDialogState({ me, api, timeZone, now, onProblem }: StateOptions): DialogState {
  const [open, setOpen] = useState<Open>();
  const openForm = useCallback(
    async (target: FormTarget, draftForm?: MeetingForm): Promise<void> => {
      const idempotencyKey = crypto.randomUUID();
      if (target.kind === 'new') {
        const form = draftForm ?? emptyForm({ title: '', start: nextHalfHour(now(), timeZone), timeZone });
        return setOpen({ name: 'form', target, form, before: undefined, once: idempotencyKey });
      }
      try {
        const before = await api.meeting(target.occurrence.meetingId);
        setOpen({ name: 'form', target, form: draftForm ?? formOf(before, target), before, once: idempotencyKey });
      } catch (error) {
        // A dialog would cover the message on the page.
        setOpen(undefined);
        onProblem(error);
      }
    },
    [api, now, timeZone, onProblem],
  );
  useEffect(() => {
    const draft = readDraft(me.id);
    if (draft !== undefined) void openForm(draft.target, draft.form);
  }, [me.id, openForm]);
  const begin: DialogState['begin'] = (act, occurrence, scope) => {
    onProblem(undefined);
    if (scope === undefined && occurrence.isRecurring) setOpen({ name: 'scope', act, occurrence });
    else if (act === 'cancel') setOpen({ name: 'cancel', scope: scope ?? 'all', occurrence });
    else void openForm({ kind: 'edit', scope: scope ?? 'all', occurrence });
  };
  return { open, show: setOpen, close: () => setOpen(undefined), openForm, begin };
}

interface OpenDialogProps {
  me: Me;
  api: AccountApi;
  timeZone: string;
  nowMs: number;
  /** Passwords by meeting id, of meetings booked in this window. */
  passwords: Readonly<Record<string, string>>;
  dialog: DialogState;
  onChanged(): void;
  onSaved(meeting: Meeting, form: MeetingForm, target: FormTarget): void;
}

export function OpenDialog(props: OpenDialogProps) {
  const { api, timeZone, nowMs, dialog, onChanged } = props;
  const { open, close, begin } = dialog;
  if (open === undefined) return null;
  if (open.name === 'form') return <OpenForm {...props} open={open} />;
  const { occurrence } = open;
  if (open.name === 'scope')
    return <ScopeDialog act={open.act} onClose={close} onChoose={(scope) => begin(open.act, occurrence, scope)} />;
  if (open.name === 'details')
    return (
      <DetailsDialog
        {...{ api, timeZone, nowMs, occurrence, onChanged }}
        password={props.passwords[occurrence.meetingId] ?? ''}
        onClose={close}
        onEdit={() => begin('edit', occurrence)}
        onCancel={() => begin('cancel', occurrence)}
      />
    );
  const cancel = async (): Promise<void> => {
    await cancelMeeting(api, occurrence, open.scope);
    close();
    onChanged();
  };
  return <CancelDialog {...{ occurrence, cancel }} onClose={close} />;
}

function OpenForm({ me, api, timeZone, dialog, onSaved, open }: OpenDialogProps & { open: FormOpen }) {
  const { language } = useSay();
  const { target, form: initial, before, once } = open;
  const close = (): void => {
    forgetDraft();
    dialog.close();
  };
  const save = async (form: MeetingForm): Promise<void> => {
    const meeting = await saveMeeting(api, { target, form, before, language, once });
    close();
    onSaved(meeting, form, target);
  };
  return (
    <Suspense fallback={null}>
      <MeetingFormDialog
        {...{ api, timeZone, target, save, ownId: me.id, form: initial }}
        hasPassword={before?.hasPassword ?? false}
        onTyped={(form) => keepDraft({ of: me.id, target, form })}
        onClose={close}
      />
    </Suspense>
  );
}
