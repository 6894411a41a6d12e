// Runs in the server's network for the case `container`, and prints a line for each event:
//   in-server.ts caller URL TOKEN   joins a room and stays; prints `joined NODE`
//   in-server.ts health URL         prints the status of the response at each change, or `gone`
import process from 'node:process';
import { headless } from '../../test/support/headless.ts';

const LOOK_MS = 50;

const [task, url = '', token = ''] = process.argv.slice(2);
if (task === 'caller') {
  const client = headless(url, { token });
  const { placement } = await client.connect();
  console.log(`joined ${placement.nodeId}`);
} else {
  let last = '';
  setInterval(async () => {
    const currentStatus = await fetch(url, { signal: AbortSignal.timeout(2000) }).then(
      ({ status }) => `${status}`,
      () => 'gone',
    );
    if (currentStatus !== last) console.log(currentStatus);
    last = currentStatus;
  }, LOOK_MS);
}
