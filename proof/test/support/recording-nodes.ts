// A real library node and the parts of real recorders, linked to the api of a test.
import { call, MeridianError, rpc, serve, type wire } from '@meridian/protocol';
import type { Link } from '@meridian/runtime';
import { expect, onTestFinished } from 'vitest';
import { library } from '../../../files/library/test/support/library.ts';
import { Assembling } from '../../../media/recorder/src/assembling/assembling.ts';
import { Erasing } from '../../../media/recorder/src/recordings/erasing.ts';
import { HeldStints } from '../../../media/recorder/src/stints/held-stints.ts';
import { StintServer } from '../../../media/recorder/src/stints/stint-server.ts';
import { log } from '../../../media/recorder/test/support/made-recordings.ts';
import type { TestRecorder } from '../../../media/recorder/test/support/stinting.ts';
import type { ScriptedRecorder } from '../../../product/api/test/support/scripted-recorders.ts';
import { type TestApi, tenants } from '../../../product/api/test/support/test-api.ts';

/** Replaces the library nodes of the api by one real node, `lib-fra`, which ends with the test. */
export async function realLibraryNode(api: TestApi): Promise<void> {
  const { id: key, secret, tenant } = (await api.keys.signing(tenants[0].id)) ?? expect.unreachable();
  const node = await library({ clock: api.clock, apiKeys: [{ key, secret, tenant }] });
  onTestFinished(async () => {
    await node.stop();
    await node.remove();
  });
  const { libraries } = api;
  const { fra } = libraries;
  fra.publicUrl = `http://127.0.0.1:${node.port}`;
  fra.storeId = 'node:lib-1';
  serve(fra.side, rpc.openUpload, (message) => node.api.ask(rpc.openUpload, message));
  serve(fra.side, rpc.dropUpload, (message) => node.api.ask(rpc.dropUpload, message));
  serve(fra.side, rpc.digestContents, (message) => node.api.ask(rpc.digestContents, message));
  serve(fra.side, rpc.eraseContent, (message) => node.api.ask(rpc.eraseContent, message));
  node.api.answers = (ended) => fra.report(ended);
  libraries.planned = [fra];
  libraries.plan();
  node.join();
}

/** Recorders whose stores are of their own, as far as the api and each other need them. */
export class RecordingNodes {
  readonly #api: TestApi;
  readonly #servers = new Map<string, StintServer>();

  constructor(api: TestApi) {
    this.#api = api;
  }

  /** Links a recorder with the stints of its store, until the test ends. */
  link(node: ScriptedRecorder, { store }: TestRecorder): void {
    const { clock } = this.#api;
    const server = new StintServer(store);
    this.#servers.set(node.nodeId, server);
    const side = node.side as Link;
    const held = new HeldStints({ store, storeId: `node:${node.nodeId}`, clock, log, isBusy: async () => false });
    const assembling = new Assembling({
      store,
      peers: { read: (holder, message) => this.#read(holder, message) },
      api: { call: (kind, message) => call(node.toApi, kind, message) },
      clock,
      log,
    });
    const spool = { eraseSpooled: async () => undefined };
    const erasing = new Erasing({
      store,
      isStoreShared: false,
      log,
      isRunning: () => false,
      spool,
      tasks: [assembling],
    });
    held.serveOn(side);
    erasing.serveOn(side);
    node.link = 'up';
    onTestFinished(async () => {
      await assembling.close();
      await erasing.close();
      await held.close();
    });
  }

  async #read(holder: string, message: wire.ReadStint.$Properties): Promise<Uint8Array> {
    const server = this.#servers.get(holder);
    if (server === undefined) throw new MeridianError('NODE_UNREACHABLE');
    return await server.read(message as wire.ReadStint);
  }
}
