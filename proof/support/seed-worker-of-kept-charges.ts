// Worker thread of a campaign in which production code is broken on purpose: the ledger keeps charges of dead nodes.
import { Ledger } from '../../scheduler/src/placing/core/ledger.ts';
import '../sim/faults/seed-worker.ts';

Ledger.prototype.nodeGone = () => [];
