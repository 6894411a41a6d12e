import { ManualClock, seededRng } from '@meridian/runtime';
import { expect, test } from 'vitest';
import type { SimLink } from '../../sim/faults/link.ts';
import { Net } from '../../sim/faults/net.ts';
import { Process } from '../../sim/faults/process.ts';

/** Links a signaling node and a media node on two machines; a message of the node is still on its way. */
function world() {
  const clock = new ManualClock();
  const net = new Net({ clock, rng: seededRng('net'), onDeliver: () => undefined });
  const process = (id: string): Process =>
    new Process({ id, kind: 'sfu', region: id, machineId: `host-${id}`, clock, offsetMs: 0, skewMs: 0 });
  const [signaling, node] = [process('sig'), process('node')];
  const links: SimLink[] = [];
  const heard: Uint8Array[] = [];
  const closed: string[] = [];
  net.listen({ process: node, accept: () => true, onLink: (far) => links.push(far) });
  net.dial(signaling, 'node', (near) => {
    near?.onMessage(1, (payload) => void heard.push(payload));
    near?.onClose((cause) => void closed.push(cause));
  });
  const pass = (ms: number): void => {
    const untilMs = clock.nowMs() + ms;
    while (clock.step(untilMs));
  };
  pass(2000);
  links[0]?.send(1, new Uint8Array());
  return { net, node, pass, heard, closed };
}

test('a machine that dies while its last message is on the way is still missed', () => {
  const { net, node, pass, heard, closed } = world();
  net.killed(node, { withKernel: false });
  pass(2000);
  expect([heard.length, closed]).toEqual([1, []]);
  pass(5000);
  expect(closed).toEqual(['nothing received for too long']);
});

test('a process that stops and continues in time is not missed', () => {
  const { net, node, pass, heard, closed } = world();
  node.pause();
  net.processSilenced(node);
  pass(2000);
  node.resume();
  pass(8000);
  expect([heard.length, closed]).toEqual([1, []]);
});
