// A media node in a separate process, to be killed. Started with IPC; its options, credentials and centre come in the
// first message.
import type { Credentials } from '@meridian/runtime';
import type { CentreAddress } from './centre.ts';
import { FakeNode, type NodeOptions } from './fake-node.ts';

export type NodeCommand =
  | { what: 'start'; options: NodeOptions; credentials: Credentials; centre: CentreAddress }
  | { what: 'attach'; attach: Parameters<FakeNode['attach']>[0] };

let node: FakeNode | undefined;

process.on('message', (command: NodeCommand) => {
  if (command.what === 'attach') {
    node?.attach(command.attach);
    process.send?.({ attached: command.attach.sessionId, rooms: node?.rooms });
    return;
  }
  node = new FakeNode(command.options);
  node.dial(command.centre, command.credentials);
});
process.on('disconnect', () => process.exit(0));
