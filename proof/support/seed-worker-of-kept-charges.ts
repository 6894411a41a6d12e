// Worker thread of a campaign with broken production code: the ledger keeps the charges of a dead node.
import { Ledger } from '../../scheduler/src/placing/core/ledger.ts';
import '../sim/faults/seed-worker.ts';

Ledger.prototype.nodeGone = () => [];
