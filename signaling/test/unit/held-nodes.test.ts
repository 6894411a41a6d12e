// Tests the copy of a room that its media nodes keep for the next owner.
import { emptyPolicy, emptyRoomInfo, type RetainedRoom, type wire } from '@meridian/protocol';
import { expect, it } from 'vitest';
import { HeldNodes, type HeldNodesOptions } from '../../src/owner/held-nodes.ts';

it('the copy is sent to a node when the node enters the room, when the copy changes, and when a link is back', () => {
  const said: string[] = [];
  let kept: Pick<RetainedRoom, 'info' | 'policy'> = { info: { ...emptyRoomInfo, version: 1 }, policy: emptyPolicy };
  const nodes = new HeldNodes({
    nodes: {
      hold: (nodeId) => void said.push(`hold ${nodeId}`),
      release: (nodeId) => void said.push(`release ${nodeId}`),
      post: (nodeId: string, _kind: unknown, message: object) => {
        const { room, info, policy } = message as wire.RetainedRoom;
        return said.push(`${nodeId} ${room?.epoch} info ${info?.version} policy ${policy?.version}`) > 0;
      },
    } as HeldNodesOptions['nodes'],
    room: { roomKey: 'acme/lobby', ownerId: 'one', epoch: 3 },
    retained: () => kept,
  });
  nodes.setNodes(new Set(['n1', 'n2']));
  expect(said.splice(0)).toEqual([
    'hold n1',
    'n1 3 info 1 policy undefined',
    'hold n2',
    'n2 3 info 1 policy undefined',
  ]);
  nodes.setNodes(new Set(['n2', 'n3']));
  expect(said.splice(0)).toEqual(['hold n3', 'n3 3 info 1 policy undefined', 'release n1']);
  kept = { info: { ...emptyRoomInfo, version: 2 }, policy: { ...emptyPolicy, version: 5 } };
  nodes.sendCopies();
  expect(said.splice(0)).toEqual(['n2 3 info 2 policy 5', 'n3 3 info 2 policy 5']);
  nodes.sendCopyTo('n1'); // not in the room any more
  nodes.sendCopyTo('n3');
  expect(said.splice(0)).toEqual(['n3 3 info 2 policy 5']);
  nodes.close();
  nodes.sendCopies();
  expect(said).toEqual(['release n2', 'release n3']);
});
