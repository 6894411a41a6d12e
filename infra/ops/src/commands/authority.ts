// `meridian node authority`: shows and advances the replacement of the certificate authority, on the first server.
import type { AuthorityView } from '../adapters/centre-http.ts';
import type { Context } from '../context.ts';
import { HostError } from '../core/error.ts';
import { cloudHere } from './invite.ts';

const steps = ['begin', 'switch', 'end'];
const nextStepHints: Readonly<Record<string, string>> = {
  single: 'there is one authority; `meridian node authority begin` makes the next one',
  begin: 'there is a next authority, which all nodes learn to trust; then: meridian node authority switch',
  switch:
    'the next authority signs certificates; a minute after the last node has one of them: meridian node authority end',
};

/** Makes the step, if given, and prints the state. HostError, also when the step is refused. */
export async function authority(step: string | undefined, isForced: boolean, context: Context): Promise<void> {
  if (step !== undefined && !steps.includes(step))
    throw new HostError('OPTION_INVALID', `there is no step ${step}`, `give one of ${steps.join(', ')}`);
  const { centre } = cloudHere(context);
  const view = step === undefined ? await centre.authority() : await centre.rotateAuthority(step, isForced);
  for (const line of linesOf(view)) context.out(line);
}

export function linesOf({ step, fingerprint, nextFingerprint, waitsFor }: AuthorityView): string[] {
  return [
    `authority ${fingerprint}`,
    ...(nextFingerprint === null ? [] : [`next      ${nextFingerprint}`]),
    nextStepHints[step] ?? step,
    ...(waitsFor.length === 0 ? [] : [`too early for: ${waitsFor.join(', ')}`]),
  ];
}
