// `npm run ports`: every address that `npm start` listens on, for people who write firewall rules.
import { portTable } from './endpoints.ts';
import { topology } from './topology.ts';

const nothingSecret = { clusterToken: '', clusterSecret: '', devKey: { key: '', secret: '' } };
const plain = { portOffset: 0, stateDir: '', pageDir: '', workerBin: '', logLevel: 'info', nodesPerRegion: 1 };
console.log(portTable(topology(plain, nothingSecret)));
