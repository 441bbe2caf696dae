// Prints "<passed> <failed>" of a test run: count-tests.mjs vitest|python <report> <exit status>.
// A run that failed without a failed test (it crashed, or left no report) counts as one failure.

import { readFileSync } from 'node:fs';

const [kind, file, status] = process.argv.slice(2);

const readers = {
  vitest(text) {
    const report = JSON.parse(text);
    const brokenFiles = report.testResults.filter(
      ({ status: outcome, assertionResults }) => outcome === 'failed' && assertionResults.length === 0,
    );
    return [report.numPassedTests, report.numFailedTests + brokenFiles.length];
  },
  python(text) {
    const ran = Number(/^Ran (\d+) tests? in /m.exec(text)?.[1] ?? 0);
    const outcome = /^(?:OK|FAILED)(?: \((.*)\))?$/m.exec(text)?.[1] ?? '';
    const count = (word) => Number(new RegExp(`${word}=(\\d+)`).exec(outcome)?.[1] ?? 0);
    const failed = count('failures') + count('errors');
    return [Math.max(0, ran - failed - count('skipped')), failed];
  },
};

function read() {
  try {
    return readers[kind](readFileSync(file, 'utf8'));
  } catch {
    return [0, 0];
  }
}

const [passed, failed] = read();
process.stdout.write(`${passed} ${failed === 0 && Number(status) !== 0 ? 1 : failed}\n`);
