// `npm run ports` lists for `npm start` the listeners of its services' configurations.
import { expect, it } from 'vitest';
import { readOptions } from '../../../infra/local/options.ts';
import { topology } from '../../../infra/local/topology.ts';
import { listenersOf } from '../../../infra/ops/src/core/listening.ts';

const key = { key: '', secret: '' };
const secrets = { clusterToken: '', clusterSecret: '', sealSecret: '', devKey: key, operatorKey: key };

it.each([
  [['--port-offset', '100']],
  [['--standby', '--regions', '--redis', 'redis://127.0.0.1:6379', '--nodes-per-region', '2']],
])('ports of npm start with %j equal those of its services', (words) => {
  const options = readOptions(words, { repository: '/r', workerBin: '' });
  if (options === 'help') throw new Error('it printed its help');
  for (const { id, kind, config, endpoints } of topology(
    Object.assign({}, options, { pathdBin: '/r/pathd' }),
    secrets,
  )) {
    if (kind === 'redis' || kind === 'receiver') continue; // neither is a service of a host
    const said = endpoints.map(({ protocol, ip, port, portMax = port }) => `${protocol} ${ip} ${port}-${portMax}`);
    const opened = listenersOf(kind, config).map(
      ({ protocol, ip, port, portMax }) => `${protocol} ${ip} ${port}-${portMax}`,
    );
    expect([id, ...said.toSorted()]).toEqual([id, ...opened.toSorted()]);
  }
});
