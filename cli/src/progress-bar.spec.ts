import { describe, expect, it } from 'vitest';
import { ProgressBar } from './progress-bar.js';

function stream(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, columns: 60, written, write: (text: string) => written.push(text) };
}

describe('ProgressBar', () => {
  it('shows one line that changes, within the width, and takes it away', () => {
    const terminal = stream(true);
    const bar = new ProgressBar('evaluating', terminal);
    bar.show(0.5, 'x'.repeat(100));
    bar.end();
    bar.end();
    expect(terminal.written).toHaveLength(2);
    expect(terminal.written[0]).toContain('evaluating ████████████░░░░░░░░░░░░  50 %  x');
    expect(terminal.written[0]!.replace('\r\u001b[K', '').length).toBeLessThan(60);
    expect(terminal.written[1]).toBe('\r\u001b[K');
  });

  it('writes nothing where nobody looks', () => {
    const file = stream(false);
    const bar = new ProgressBar('evaluating', file);
    bar.show(0.5, '');
    bar.end();
    expect(file.written).toEqual([]);
  });
});
