import type { components } from '@meridian/api-client';
import type { SettingsKey } from '../text.ts';

type Schemas = components['schemas'];
export type AuditEntry = Schemas['AuditEntry'];
export type Verification = Schemas['AuditVerification'];

/** Acts that administrators look for; other acts show their operationId. */
export const actTexts: Readonly<Record<string, SettingsKey>> = {
  signIn: 'actSignIn',
  signOut: 'actSignOut',
  setUp: 'actSetUp',
  changeMyPassword: 'actPassword',
  createUser: 'actCreateUser',
  putUsers: 'actPutUsers',
  updateUser: 'actUpdateUser',
  deleteUser: 'actDeleteUser',
  createPasswordLink: 'actPasswordLink',
  createKey: 'actCreateKey',
  revokeKey: 'actRevokeKey',
  createRevocation: 'actRevocation',
  createWebhook: 'actCreateWebhook',
  changeWebhook: 'actChangeWebhook',
  deleteWebhook: 'actDeleteWebhook',
  rotateWebhookSecret: 'actRotateSecret',
  updateOwnTenant: 'actTenant',
  updateRetention: 'actRetention',
  exportTenant: 'actExport',
  createErasure: 'actErasure',
  askForPassword: 'actForgot',
  testWebhook: 'actTestWebhook',
  replayWebhookDelivery: 'actReplay',
  endRoom: 'actEndRoom',
  removeParticipant: 'actRemove',
  muteParticipant: 'actMute',
  startRoomRecording: 'actRecord',
  stopRoomRecording: 'actStopRecording',
  actInRoom: 'actInRoom',
  createJoinLink: 'actJoinLink',
  revokeJoinLink: 'actRevokeLink',
  endMySession: 'actEndSession',
  lookAtRooms: 'actLookAtRooms',
  keepWallRoom: 'actKeepWallRoom',
  dropWallRoom: 'actDropWallRoom',
};
export const actNames: readonly string[] = Object.keys(actTexts);

export const actText = (operation: string): SettingsKey | undefined =>
  Object.hasOwn(actTexts, operation) ? actTexts[operation] : undefined;

export function statusText(status: number): SettingsKey {
  if (status < 400) return 'statusDone';
  return status === 401 || status === 403 ? 'statusRefused' : 'statusFailed';
}

export const targetsOf = ({ targets }: AuditEntry): string => Object.values(targets).join(', ');

export type Checked =
  | { readonly isWhole: true; readonly firstSeq: number; readonly lastSeq: number; readonly lastHash: string }
  | { readonly isWhole: false; readonly brokenSeq: number };

/** Verifies the whole log in parts. The argument verifies the part from an entry on, and rejects for both. */
export async function checkAll(verifyFrom: (fromSeq: number | undefined) => Promise<Verification>): Promise<Checked> {
  let firstSeq: number | undefined;
  let from: number | undefined;
  for (;;) {
    const part = await verifyFrom(from);
    firstSeq ??= part.firstSeq;
    if (!part.whole) return { isWhole: false, brokenSeq: part.brokenSeq ?? part.lastSeq + 1 };
    const { lastSeq, lastHash, nextSeq } = part;
    // A part that does not advance also ends the verification.
    if (nextSeq === undefined || nextSeq <= (from ?? 0)) return { isWhole: true, firstSeq, lastSeq, lastHash };
    from = nextSeq;
  }
}
