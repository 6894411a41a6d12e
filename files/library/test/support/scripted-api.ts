// Api at the other end of a link: it calls the node, and answers its reports as the test says. Messages are encoded as
// on the wire.
import { HELD_CONTENTS_MAX, MeridianError, type Rpc, rpc, wire } from '@meridian/protocol';
import type { Link } from '@meridian/runtime';
import { ScriptedLink } from '../../../../base/node-shell/test/support/scripted-link.ts';

export class ScriptedApi {
  readonly ended: wire.UploadEnded[] = [];
  readonly watched: wire.LibraryWatch.$Properties[] = [];
  /** Throws while the api is away. */
  answers: (ended: wire.UploadEnded) => { keep: boolean } | Promise<{ keep: boolean }> = () => ({ keep: true });
  /** Hosted receivers of its region. */
  hosted: readonly wire.HostedReceiver.$Properties[] = [];
  /** Contents that no longer exist. */
  gone: readonly string[] = [];
  /** Throws while the api is away. */
  takes: () => void = () => undefined;
  #link = this.#linkAnew();

  #linkAnew(): ScriptedLink {
    return new ScriptedLink('api-1', 'api', async (type, payload) => {
      if (type === rpc.libraryWatched.number) return this.#take(wire.LibraryWatches.decode(payload));
      if (type === rpc.hostedReceivers.number)
        return wire.HostedReceivers.encode({ receivers: [...this.hosted], more: false }).finish();
      if (type === rpc.goneContents.number) return this.#goneOf(wire.GoneContentsRequest.decode(payload));
      if (type !== rpc.uploadEnded.number) throw new Error(`nothing else is asked: ${type}`);
      const ended = wire.UploadEnded.decode(payload);
      this.ended.push(ended);
      return wire.UploadAnswered.encode(await this.answers(ended)).finish();
    });
  }

  #goneOf({ contents }: wire.GoneContentsRequest): Uint8Array {
    if (contents.length > HELD_CONTENTS_MAX) throw new MeridianError('REQUEST_INVALID');
    const asked = contents.map(({ contentId }) => contentId ?? '');
    return wire.GoneContents.encode({ contentIds: asked.filter((id) => this.gone.includes(id)) }).finish();
  }

  #take({ watches }: wire.LibraryWatches.$Properties): Uint8Array {
    this.takes();
    this.watched.push(...(watches ?? []));
    return wire.Empty.encode({}).finish();
  }

  get link(): Link {
    return this.#link;
  }

  /** Replaces the link. */
  dial(): Link {
    this.#link.close('it dials again');
    this.#link = this.#linkAnew();
    return this.#link;
  }

  /** Rejects with the error of the node. */
  async ask<Q, QP, A, AP>(kind: Rpc<Q, QP, A, AP>, message: NoInfer<QP>): Promise<A> {
    return kind.answer.decode(await this.#link.ask(kind.number, kind.request.encode(message).finish()));
  }
}
