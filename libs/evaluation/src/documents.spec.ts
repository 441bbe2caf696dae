import { OhmlightError } from '@ohmlight/contracts';
import { Checkpoint, Tokenizer } from '@ohmlight/transformer';
import { describe, expect, it } from 'vitest';
import { documentsOf, windowsOf } from './documents.js';

const NANO = 'models/nano';

describe('documentsOf', () => {
  it('takes a document from each line and writes its line feeds and backslashes', () => {
    expect(documentsOf('one\\ntwo\\\\n\r\n\n  \nthree', 'x')).toEqual(['one\ntwo\\n', 'three']);
  });

  it.each(['', '\n \n'])('refuses a text without a document, %j, naming file and remedy', (text) => {
    expect(() => documentsOf(text, 'a.txt')).toThrow(
      expect.objectContaining({
        code: 'invalid_value',
        message: expect.stringMatching(/^a\.txt .*one document a line/),
      }),
    );
  });
});

describe('windowsOf', () => {
  it('puts documents between start and end and cuts what exceeds the context', async () => {
    const checkpoint = await Checkpoint.open('nano', NANO);
    const tokenizer = await Tokenizer.load(NANO);
    const { config, generationConfig } = checkpoint;
    await checkpoint.close();
    const word = tokenizer.encode('fox', { addSpecialTokens: false });
    expect(windowsOf(['fox'], tokenizer, config, generationConfig)).toEqual([[0, ...word, 0]]);

    const long = 'a fox and a lantern '.repeat(200);
    const ids = [0, ...tokenizer.encode(long, { addSpecialTokens: false }), 0];
    const windows = windowsOf([long], tokenizer, config, generationConfig);
    expect(windows.flat()).toEqual(ids);
    expect(windows.slice(0, -1).every((window) => window.length === config.context)).toBe(true);

    const none = { ...generationConfig, eosTokenIds: [] };
    expect(() => windowsOf([''], tokenizer, config, none)).toThrow(OhmlightError);
  });
});
