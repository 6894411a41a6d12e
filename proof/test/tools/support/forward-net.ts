// Opens the network of `bench -- forward` and holds it until the process is ended.
import process from 'node:process';
import { ForwardNet } from '../../../bench/forward/namespaces.ts';
import { closeResourcesOnSignal } from '../../support/resources.ts';

closeResourcesOnSignal(() => undefined);
ForwardNet.create({ serverCpu: 0, clientCpu: 0, gsoThrough: false, hasPriority: false });
process.stdout.write('open\n');
setInterval(() => undefined, 1000);
