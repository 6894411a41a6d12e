// After everything has been done and undone, nothing is left: file descriptors, timers, sockets, links, rooms.
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { apiKey, joinMessage, TestClient, token } from './rig/client.ts';
import { Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

const descriptors = () => readdirSync('/proc/self/fd').length;
const active = () =>
  process
    .getActiveResourcesInfo()
    .filter((kind) => kind === 'Timeout' || kind.includes('TCP'))
    .sort();

async function everything(): Promise<void> {
  const rig = await Rig.start();
  const [nodeOne] = [await rig.node('sfu-1'), await rig.node('sfu-2')];
  rig.centre.nodeOfCity.set('One', 'sfu-1').set('Two', 'sfu-2');
  const [one, two] = [await rig.instance('sig-1'), await rig.instance('sig-2')];
  await until(() => one.centre.fleet.has('sig-2'), 'the first knows the second');
  for (let round = 0; round < 5; round += 1) {
    const ann = await TestClient.join(one.url, { identity: 'ann', join: { fromCity: 'One' } });
    const bob = await TestClient.join(two.url, { identity: 'bob', join: { fromCity: 'Two' } });
    await ann.publish('TR_annmicrophone1');
    await until(() => bob.tracksReceived().length === 1, 'bob receives it');
    ann.socket.terminate();
    const again = await TestClient.join(two.url, {
      identity: 'ann',
      join: { resume: { sessionId: ann.sessionId, resumeKey: ann.joined?.resumeKey ?? '' } },
    });
    const bad = await TestClient.open(one.url);
    bad.send({ requestId: 1, join: joinMessage(await token({ key: `${apiKey}x` })) });
    const silent = await TestClient.open(one.url);
    again.socket.close(1000);
    bob.socket.terminate();
    await bad.ends();
    silent.socket.terminate();
  }
  await until(() => one.clients.sessionCount + two.clients.sessionCount === 0, 'no session is left');
  await until(() => one.clients.roomCount + two.clients.roomCount === 0, 'no room is left at the signaling nodes');
  await until(
    () => one.http.socketCount + two.http.socketCount + one.http.unprovenCount + two.http.unprovenCount === 0,
    'no socket is left',
  );
  await until(() => nodeOne.sessions.size === 0, 'no session is left at the nodes');
  const staying = await TestClient.join(one.url, { identity: 'ann' });
  await rig.close();
  await staying.ends();
}

it('a service that has been through everything leaves nothing behind when it is closed', async () => {
  await everything(); // what libraries keep for the whole process is there from now on
  const before = { descriptors: descriptors(), active: active() };
  await everything();
  await until(
    () => descriptors() <= before.descriptors && active().length <= before.active.length,
    'as many descriptors and timers as before',
  );
  expect(beyond(active(), before.active)).toEqual([]);
});

/** Of `now`, what was not there `before`. Fewer are well: what other files of this process had may have ended. */
function beyond(now: readonly string[], before: readonly string[]): string[] {
  const left = [...before];
  return now.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
