import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, readJson, Scratch } from '../../testing/fixtures.js';
import type { ChatMessage } from './chat-template.js';
import { Tokenizer } from './tokenizer.js';

interface Case {
  text: string;
  ids: number[];
  with_special: number[];
  decoded: string;
  decoded_without_special: string;
}

const scratch = new Scratch();
afterAll(() => scratch.remove());

describe.each(['byte-level', 'sentencepiece'])('a %s tokenizer against the tokenizers library', (name) => {
  const cases = readJson<Case[]>(fixture('tiny', name, 'cases.json'));
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await Tokenizer.load(fixture('tiny', name));
  });

  it.each(cases)('encodes $text', ({ text, ids, with_special }) => {
    expect(tokenizer.encode(text, { addSpecialTokens: false })).toEqual(ids);
    expect(tokenizer.encode(text)).toEqual(with_special);
  });

  it.each(cases)('decodes $text', ({ ids, decoded, decoded_without_special }) => {
    expect(tokenizer.decode(ids)).toBe(decoded);
    expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe(decoded_without_special);
  });

  it('streams any ids as the text that decoding them at once gives, never half a character', () => {
    const anyIds = fc.array(fc.integer({ min: 0, max: tokenizer.vocabSize - 1 }), { maxLength: 30 });
    const byteIds = fc
      .array(fc.constantFrom('a', ' ', 'é', '日', '🦊'), { maxLength: 12 })
      .map((letters) => tokenizer.encode(letters.join(''), { addSpecialTokens: false }));
    fc.assert(
      fc.property(fc.oneof(anyIds, byteIds), (ids) => {
        const stream = tokenizer.newStream();
        const parts = ids.map((id) => stream.push(id));
        expect(parts.join('') + stream.flush()).toBe(tokenizer.decode(ids, { skipSpecialTokens: true }));
        for (const part of parts) expect(part.isWellFormed()).toBe(true);
      }),
      { numRuns: 300 },
    );
    // Whole characters leave no replacement in any part.
    fc.assert(
      fc.property(byteIds, (ids) => {
        const stream = tokenizer.newStream();
        expect(ids.map((id) => stream.push(id)).join('')).not.toContain('\ufffd');
        expect(stream.flush()).toBe('');
      }),
    );
  });

  it('gives the bytes of tokens, which joined are the text', () => {
    const ids = tokenizer.encode('fox 日本', { addSpecialTokens: false });
    const joined = Buffer.concat(ids.map((id) => tokenizer.tokenBytes(id))).toString();
    expect(joined.trimStart()).toBe('fox 日本');
  });

  it('has no bytes for ids beyond the vocabulary, as padded embeddings have', () => {
    expect(tokenizer.tokenBytes(tokenizer.vocabSize + 3)).toHaveLength(0);
    expect(tokenizer.decode([tokenizer.vocabSize + 3])).toBe('');
  });
});

describe('StreamDecoder', () => {
  it('holds an unfinished character back until it is whole or the answer ends', async () => {
    const tokenizer = await Tokenizer.load(fixture('tiny', 'byte-level'));
    const fox = tokenizer.encode('🦊', { addSpecialTokens: false });
    expect(fox).toHaveLength(4);
    const stream = tokenizer.newStream();
    expect(fox.map((id) => stream.push(id))).toEqual(['', '', '', '🦊']);
    expect(stream.push(fox[0]!)).toBe('');
    expect(stream.flush()).toBe('\ufffd');
    expect(tokenizer.tokenText(fox[0]!)).toBe('\ufffd');
  });

  it('drops the leading space of a sentencepiece answer once', async () => {
    const tokenizer = await Tokenizer.load(fixture('tiny', 'sentencepiece'));
    const stream = tokenizer.newStream();
    const ids = tokenizer.encode('the fox the', { addSpecialTokens: false });
    expect(ids.map((id) => stream.push(id)).join('')).toBe('the fox the');
  });
});

describe('renderChat', () => {
  const chats = readJson<{ messages: ChatMessage[]; addGenerationPrompt: boolean; rendered: string }[]>(
    fixture('tiny', 'byte-level', 'chats.json'),
  );

  it.each(chats)('renders $rendered', async ({ messages, addGenerationPrompt, rendered }) => {
    const tokenizer = await Tokenizer.load(fixture('tiny', 'byte-level'));
    expect(tokenizer.renderChat(messages, { addGenerationPrompt })).toBe(rendered);
  });

  it('prefers chat_template.jinja, and a default among named templates', async () => {
    const directory = scratch.copy('byte-level');
    const named = [
      { name: 'tools', template: 'no' },
      { name: 'default', template: 'named {{ messages[0].content }}' },
    ];
    writeFileSync(join(directory, 'tokenizer_config.json'), JSON.stringify({ chat_template: named }));
    const messages = [{ role: 'user', content: 'Hi' }];
    expect((await Tokenizer.load(directory)).renderChat(messages)).toBe('named Hi');
    writeFileSync(join(directory, 'chat_template.jinja'), 'file {{ messages[0].role }}');
    expect((await Tokenizer.load(directory)).renderChat(messages)).toBe('file user');
  });

  it('passes a refusal of the template on as a bad value of messages', async () => {
    const tokenizer = await Tokenizer.load(fixture('tiny', 'byte-level'));
    expect(() => tokenizer.renderChat([{ role: 'tool', content: '' }])).toThrow(
      expect.objectContaining({
        code: 'invalid_value',
        param: 'messages',
        message: expect.stringContaining('no tools here'),
      }) as Error,
    );
  });

  it('says so where there is no template', async () => {
    const tokenizer = await Tokenizer.load(fixture('tiny', 'sentencepiece'));
    expect(() => tokenizer.renderChat([])).toThrow(
      expect.objectContaining({ code: 'unsupported_checkpoint' }) as Error,
    );
  });
});

describe('Tokenizer.load refuses', () => {
  const root = mkdtempSync(join(tmpdir(), 'ohmlight-tokenizer-'));
  afterAll(() => rmSync(root, { recursive: true }));
  const withFile = (name: string, text: string): string => {
    const directory = mkdtempSync(join(root, 'case-'));
    cpSync(fixture('tiny', 'byte-level'), directory, { recursive: true });
    writeFileSync(join(directory, name), text);
    return directory;
  };
  const tokenizerJson = readJson<Record<string, unknown>>(fixture('tiny', 'byte-level', 'tokenizer.json'));

  it.each([
    ['tokenizer.json', '{', 'invalid_checkpoint'],
    ['tokenizer.json', '{"added_tokens": []}', 'invalid_checkpoint'],
    ['tokenizer.json', JSON.stringify({ ...tokenizerJson, model: undefined }), 'invalid_checkpoint'],
    ['tokenizer.json', JSON.stringify({ ...tokenizerJson, decoder: { type: 'CTC' } }), 'unsupported_checkpoint'],
    ['tokenizer_config.json', '{"chat_template": "{% for %}"}', 'invalid_checkpoint'],
    ['tokenizer_config.json', '{"chat_template": 7}', 'invalid_checkpoint'],
  ])('%s = %s', async (name, text, code) => {
    await expect(Tokenizer.load(withFile(name, text))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(name) as string,
    });
  });

  it('a directory without tokenizer.json', async () => {
    await expect(Tokenizer.load(root)).rejects.toMatchObject({ code: 'checkpoint_not_found' });
  });
});
