import { array, assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StopBuffer } from './stop-buffer.js';

function run(stops: readonly string[], pieces: readonly string[]): { text: string; stopped: boolean; sent: string[] } {
  const buffer = new StopBuffer(stops);
  const sent = pieces.map((piece) => buffer.push(piece));
  return { text: sent.join('') + buffer.flush(), stopped: buffer.stopped, sent };
}

describe('StopBuffer', () => {
  it('lets text through at once where nothing can become a stop string', () => {
    expect(run(['END'], ['a fox', ' and']).sent).toEqual(['a fox', ' and']);
    expect(run([], ['EN', 'D']).sent).toEqual(['EN', 'D']);
  });

  it('holds back what may become one, and lets it go when it does not', () => {
    expect(run(['END'], ['a E', 'N', 'x']).sent).toEqual(['a ', '', 'ENx']);
  });

  it('ends before the stop string that comes first, wherever the pieces were cut', () => {
    expect(run(['END', ' E'], ['one E', 'ND two'])).toEqual({ text: 'one', stopped: true, sent: ['one', ''] });
    expect(run(['\n\n'], ['a\n', '\nb'])).toMatchObject({ text: 'a', stopped: true });
  });

  it('gives held text back when the answer ends', () => {
    expect(run(['END'], ['a EN'])).toEqual({ text: 'a EN', stopped: false, sent: ['a '] });
  });

  it('agrees with searching the whole text, for any text, stops and cuts', () => {
    const letters = string({ unit: constantFrom('a', 'b'), minLength: 1, maxLength: 4 });
    assert(
      property(array(letters, { minLength: 1, maxLength: 3 }), array(letters), (stops, pieces) => {
        // A stop string is met when it is complete: of several, the one whose end comes first wins, then the
        // one that starts first.
        const whole = pieces.join('');
        const { text, stopped } = run(stops, pieces);
        const met = stops.some((stop) => whole.includes(stop));
        expect(stopped).toBe(met);
        expect(whole.startsWith(text)).toBe(true);
        expect(met ? stops.some((stop) => whole.startsWith(stop, text.length)) : text === whole).toBe(true);
        expect(stops.some((stop) => text.includes(stop))).toBe(false);
      }),
    );
  });
});
