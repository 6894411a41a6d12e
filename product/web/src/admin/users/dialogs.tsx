import { useState, useSyncExternalStore } from 'react';
import { Check, Choose, Field } from '../../account/ui/fields.tsx';
import { timeFormat } from '../../core/time-formats.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { useLanguage } from '../../ui/language.tsx';
import type { AdminPorts } from '../ports.ts';
import { useTexts } from '../text.ts';
import { AskDialog } from '../ui/ask-dialog.tsx';
import { OneTime } from '../ui/one-time.tsx';
import { useApiQuery } from '../ui/queries.ts';
import { sharedTexts } from '../ui/texts.ts';
import type { User, UsersApi } from './api.ts';
import { isAdminRole, type UserRole } from './core/roles.ts';
import {
  changesOf,
  emptyUser,
  errorsOf,
  formOfUser,
  isGood,
  linkNotes,
  newUserOf,
  roleNames,
  rolesFor,
  type UserForm,
} from './core/words.ts';
import type { UserDialog, UsersDesk } from './desk.ts';
import { ManyDialog } from './many-dialog.tsx';
import { usersTexts } from './text.ts';

interface OpenUserDialogProps {
  api: UsersApi;
  desk: UsersDesk;
  ports: AdminPorts;
  ownId: string;
  onChanged(): void;
}

export function OpenUserDialog({ api, desk, ports, ownId, onChanged }: OpenUserDialogProps) {
  const dialog = useSyncExternalStore(desk.dialog.subscribe, desk.dialog.get);
  // The value is false until the API has answered.
  const mails = useApiQuery(['mails'], api.mails).value === true;
  const isOfOperators = ports.me.ofOperators === true;
  if (dialog === undefined) return null;
  switch (dialog.kind) {
    case 'invite':
      return <InviteDialog desk={desk} mails={mails} roles={rolesFor(isOfOperators)} />;
    case 'many':
      return <ManyDialog api={api} mails={mails} onChanged={onChanged} onClose={() => desk.close('many')} />;
    case 'edit':
      return (
        <EditDialog
          desk={desk}
          user={dialog.user}
          roles={rolesFor(isOfOperators, dialog.user.role)}
          isOwn={dialog.user.id === ownId}
        />
      );
    case 'link':
      return <LinkDialog desk={desk} user={dialog.user} mails={mails} />;
    case 'made':
      return <MadeDialog {...dialog} timeZone={ports.timeZone} onClose={() => desk.close('made')} />;
    default:
      return <StateDialog desk={desk} user={dialog.user} kind={dialog.kind} isOwn={dialog.user.id === ownId} />;
  }
}

interface InviteProps {
  desk: UsersDesk;
  mails: boolean;
  roles: readonly UserRole[];
}

function InviteDialog({ desk, mails, roles }: InviteProps) {
  const { say } = useTexts(usersTexts);
  const [form, setForm] = useState<UserForm>(emptyUser);
  const [tried, setTried] = useState(false);
  const { language } = useLanguage();
  const [mail, setMail] = useState(true);
  return (
    <AskDialog
      title={say('inviteTitle')}
      button={say('inviteButton')}
      failed={say('inviteFailed')}
      reasons={{ ALREADY_EXISTS: say('taken'), NOT_PERMITTED: say('operatorsOnly') }}
      isReady={() => {
        setTried(true);
        return isGood(form);
      }}
      act={() => desk.invite(newUserOf(form), mails && mail ? language : undefined)}
      onClose={() => desk.close('invite')}
    >
      <p className="faint">{say('inviteLead')}</p>
      <UserFields form={form} roles={roles} isChecked={tried} onForm={setForm} />
      {mails ? <Check label={say('inviteMail')} on={mail} onChange={setMail} /> : null}
    </AskDialog>
  );
}

interface EditProps {
  desk: UsersDesk;
  user: User;
  roles: readonly UserRole[];
  isOwn: boolean;
}

function EditDialog({ desk, user, roles, isOwn }: EditProps) {
  const { say } = useTexts(usersTexts);
  const [form, setForm] = useState<UserForm>(() => formOfUser(user));
  const change = changesOf(user, form);
  return (
    <AskDialog
      title={say('editTitle', { name: user.name })}
      button={say('save')}
      failed={say('editFailed')}
      reasons={{ ALREADY_EXISTS: say('taken'), NOT_PERMITTED: say('operatorsOnly') }}
      isReady={() => isGood(form)}
      act={() => (Object.keys(change).length === 0 ? Promise.resolve() : desk.change(user, change))}
      onClose={() => desk.close('edit')}
    >
      <UserFields form={form} roles={roles} isChecked onForm={setForm} />
      {isOwn && change.role !== undefined && !isAdminRole(change.role) ? (
        <p className="conflict">{say('editOwn')}</p>
      ) : null}
    </AskDialog>
  );
}

interface UserFieldsProps {
  form: UserForm;
  roles: readonly UserRole[];
  isChecked: boolean;
  onForm(form: UserForm): void;
}

const hints = {
  watcher: 'roleWatcherHint',
  operator: 'roleOperatorHint',
  admin: 'roleAdminHint',
  host: 'roleHostHint',
  member: 'roleMemberHint',
} as const;

function UserFields(props: UserFieldsProps) {
  const { say } = useTexts(usersTexts);
  const { form, roles, isChecked, onForm } = props;
  const textOf = (key: 'name' | 'email') => {
    const error = isChecked ? errorsOf(form)[key] : undefined;
    return {
      label: say(key),
      value: form[key],
      autoComplete: 'off',
      error: error && say(error),
      onText: (text: string) => onForm({ ...form, [key]: text }),
    };
  };
  return (
    <>
      <Field {...textOf('name')} />
      <Field {...textOf('email')} type="email" />
      <div className="field">
        <Choose<UserRole>
          label={say('role')}
          value={form.role}
          options={roles.map((role) => [role, say(roleNames[role])] as const)}
          onChoose={(role) => onForm({ ...form, role })}
        />
        <p className="field-hint">{say(hints[form.role])}</p>
      </div>
    </>
  );
}

function LinkDialog({ desk, user, mails }: { desk: UsersDesk; user: User; mails: boolean }) {
  const { say } = useTexts(usersTexts);
  const { language } = useLanguage();
  const [mail, setMail] = useState(true);
  const { name, email } = user;
  return (
    <AskDialog
      title={say('linkTitle', { name })}
      button={say('linkButton')}
      failed={say('linkFailed')}
      reasons={{ NOT_PERMITTED: say('operatorsOnly') }}
      act={() => desk.link(user, mails && mail ? language : undefined)}
      onClose={() => desk.close('link')}
    >
      <p>{say('linkAsk', { name })}</p>
      {mails ? <Check label={say('linkMail', { email })} on={mail} onChange={setMail} /> : null}
    </AskDialog>
  );
}

type MadeProps = Extract<UserDialog, { kind: 'made' }> & { timeZone: string; onClose(): void };

function MadeDialog({ user, isNew, link, timeZone, onClose }: MadeProps) {
  const { say, locale } = useTexts(usersTexts);
  const { say: sayShared } = useTexts(sharedTexts);
  const time = timeFormat('dateTime', { locale, timeZone });
  const values = { name: user.name, email: user.email, time: time(Date.parse(link.expiresAt)) };
  return (
    <Dialog title={say(isNew ? 'linkMadeNew' : 'linkMade', values)} onClose={onClose}>
      <div className="dialog-fields" data-testid="made">
        <p>
          {linkNotes(link)
            .map((key) => say(key, values))
            .join(' ')}
        </p>
        <OneTime label={say('linkLabel')} value={link.url} copy={say('linkCopy')} isPrimary />
        <div className="dialog-buttons">
          <button type="button" className="button quiet" onClick={onClose}>
            {sayShared('close')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

interface StateDialogProps {
  desk: UsersDesk;
  user: User;
  kind: 'deactivate' | 'activate' | 'endLinks' | 'delete';
  isOwn: boolean;
}

const stateTexts = {
  deactivate: { title: 'deactivateTitle', text: 'deactivateText', own: 'deactivateOwn', button: 'deactivate' },
  activate: { title: 'activateTitle', text: 'activateText', own: undefined, button: 'activate' },
  endLinks: { title: 'endLinksTitle', text: 'endLinksText', own: undefined, button: 'endLinks' },
  delete: { title: 'deleteTitle', text: 'deleteText', own: 'deleteOwn', button: 'remove' },
} as const;

function StateDialog({ desk, user, kind, isOwn }: StateDialogProps) {
  const act = (): Promise<void> => {
    if (kind === 'delete') return desk.remove(user);
    return kind === 'endLinks' ? desk.endLinks(user) : desk.change(user, { active: kind === 'activate' });
  };
  const { say } = useTexts(usersTexts);
  const { title, text, own, button } = stateTexts[kind];
  const { name } = user;
  return (
    <AskDialog
      title={say(title, { name })}
      button={say(button)}
      isDangerous={kind !== 'activate'}
      failed={say('failed')}
      reasons={{ NOT_PERMITTED: say('operatorsOnly') }}
      act={act}
      onClose={() => desk.close(kind)}
    >
      <p>{say(text, { name })}</p>
      {isOwn && own !== undefined ? <p className="conflict">{say(own)}</p> : null}
    </AskDialog>
  );
}
