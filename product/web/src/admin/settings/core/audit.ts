import type { components } from '@meridian/api-client';
import type { SettingsKey } from '../text.ts';

type Schemas = components['schemas'];
export type AuditEntry = Schemas['AuditEntry'];
export type Verification = Schemas['AuditVerification'];

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
