// Guards every request of a node: the request is served only while this centre leads (unless any centre may answer) and
// only for a node that is not shut out; a refusal is counted under its code.
import { type ControlLink, errorInfoOf, MeridianError, type Rpc, serve } from '@meridian/protocol';
import type { Link, Logger } from '@meridian/runtime';
import type { CentreMetrics } from '../../base/metrics.ts';
import type { Terms } from '../../leading/terms.ts';

export interface Guard {
  readonly terms: Terms;
  readonly log: Logger;
  readonly metrics: CentreMetrics;
}

/**
 * Serves a request on a link. Refuses with NOT_LEADER while this centre does not lead, also when it lost the lead
 * before the answer was ready, and with NODE_DENIED for a shut-out node, unless it is `answeredBy` any centre.
 * Unexpected errors are logged with their cause. `take` is called before a request is read; its error refuses the
 * request without a line in the log.
 */
export function serveGuarded<Q, QP, A, AP>(
  { log, metrics, terms }: Guard,
  link: Link,
  kind: Rpc<Q, QP, A, AP>,
  handler: (message: Q) => Promise<AP> | AP,
  o: { answeredBy?: 'the leader' | 'any centre'; take?: () => void } = {},
): void {
  const { answeredBy = 'the leader', take } = o;
  const checkLead = (): void => {
    if (answeredBy === 'the leader' && !terms.mayDecide()) throw new MeridianError('NOT_LEADER');
  };
  const refused = (error: unknown): MeridianError => {
    const { code } = errorInfoOf(error);
    metrics.requestsRefused.inc({ code });
    const fields = { nodeId: link.remote.id, request: kind.number, code };
    if (code === 'INTERNAL') log.error({ ...fields, err: error }, 'request failed');
    else log.info({ ...fields, ...reasonOf(error) }, 'request refused');
    return error instanceof MeridianError ? error : new MeridianError(code, undefined, { cause: error });
  };
  const waitFor = async (answer: Promise<AP>): Promise<AP> => {
    try {
      const resolvedAnswer = await answer;
      // A different centre may have taken over in the meantime.
      checkLead();
      return resolvedAnswer;
    } catch (error) {
      throw refused(error);
    }
  };
  const gate = (): void => {
    try {
      take?.();
    } catch (error) {
      metrics.requestsRefused.inc({ code: errorInfoOf(error).code });
      throw error;
    }
  };
  const answerTo = (message: Q): Promise<AP> | AP => {
    try {
      // The request was on its way when the node was shut out.
      if (answeredBy === 'the leader' && terms.centre.denied.has(link.remote.id))
        throw new MeridianError('NODE_DENIED');
      checkLead();
      const answer = handler(message);
      return answer instanceof Promise ? waitFor(answer) : answer;
    } catch (error) {
      throw refused(error);
    }
  };
  serve(link as ControlLink, kind, answerTo, gate);
}

/** A refusal is deliberate, so the message is enough without a stack, unless another error was the cause. */
function reasonOf(error: unknown): { reason: string } | { err: unknown } {
  return error instanceof MeridianError && error.cause === undefined ? { reason: error.message } : { err: error };
}
