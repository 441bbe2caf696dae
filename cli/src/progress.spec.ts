import { describe, expect, it } from 'vitest';
import { ProgressLine } from './progress.js';
import type { Terminal } from './terminal.js';

function record(interactive: boolean): { terminal: Terminal; lines: string[]; statuses: string[] } {
  const lines: string[] = [];
  const statuses: string[] = [];
  const terminal = {
    interactive,
    columns: 80,
    line: (text: string) => void lines.push(text),
    status: (text: string) => void statuses.push(text),
  };
  return { terminal, lines, statuses };
}
const at = (done: number) => ({ ready: 3, total: 5, waiting: ['dispatcher', 'gateway'], shards: { done, total: 40 } });

describe('ProgressLine', () => {
  it('writes few lines where no terminal is', () => {
    const { terminal, lines } = record(false);
    const progress = new ProgressLine(terminal);
    for (let done = 0; done <= 40; done++) progress.show(at(done));
    expect(lines).toEqual([0, 10, 20, 30, 40].map((done) => `programming shards ${done}/40`));
  });

  it('writes one changing line on a terminal', () => {
    const { terminal, lines, statuses } = record(true);
    new ProgressLine(terminal).show(at(7));
    expect(lines).toEqual([]);
    expect(statuses).toEqual(['shards programmed 7/40 · services ready 3/5 · waiting for dispatcher, gateway']);
  });
});
