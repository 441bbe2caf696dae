import { EXACT } from '../crossbar/cell.js';
import { crossbarKind } from '../crossbar/crossbar.js';

/** Cells that hit their targets and stay there: what is left are converters, faults and wires, if any. */
export const idealCrossbar = crossbarKind({ kind: 'crossbar-ideal', parameters: {}, cell: () => EXACT });
