// A library node in its own process, with one open upload, to be killed. Arguments: `FOLDER PLAN`. Prints its port.
import { readPlan } from '../../src/core/plan.ts';
import { library } from './library.ts';

const [, , folder, text = ''] = process.argv;
const plan = readPlan(text);
if (folder === undefined || plan === undefined) throw new Error('arguments are missing');
const node = await library({ folder });
node.join();
await node.open(plan);
process.stdout.write(`${node.port}\n`);
