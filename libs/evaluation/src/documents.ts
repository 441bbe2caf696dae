import { OhmlightError } from '@ohmlight/contracts';
import type { LlamaConfig, GenerationConfig, Tokenizer } from '@ohmlight/transformer';

/**
 * Documents of a text: one a line, in which `\n` stands for a line feed and `\\` for a backslash. Blank lines are
 * left out.
 *
 * @param source Names the text in errors.
 * @throws OhmlightError `invalid_value` when nothing is left.
 */
export function documentsOf(text: string, source: string): string[] {
  const documents = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => line.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character)));
  if (documents.length === 0)
    throw new OhmlightError('invalid_value', `${source} holds no text; write one document a line`);
  return documents;
}

/**
 * Windows of tokens to score: each document between the checkpoint's start and end tokens, cut where it exceeds the
 * context. Every token of a window but the first is scored, given those before it in the window.
 *
 * @throws OhmlightError `invalid_value` when no window has two tokens, or for text that the vocabulary cannot write.
 */
export function windowsOf(
  documents: readonly string[],
  tokenizer: Tokenizer,
  config: LlamaConfig,
  { eosTokenIds }: GenerationConfig,
): number[][] {
  const start = config.bosTokenId === null ? [] : [config.bosTokenId];
  const end = eosTokenIds.slice(0, 1);
  const windows: number[][] = [];
  for (const document of documents) {
    const ids = [...start, ...tokenizer.encode(document, { addSpecialTokens: false }), ...end];
    for (let from = 0; from + 1 < ids.length; from += config.context) {
      const window = ids.slice(from, from + config.context);
      if (window.length > 1) windows.push(window);
    }
  }
  if (windows.length === 0)
    throw new OhmlightError('invalid_value', 'the text has no two tokens in a row; give a longer one');
  return windows;
}
