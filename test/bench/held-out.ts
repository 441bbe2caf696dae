import { readFileSync } from 'node:fs';
import { documentsOf } from '../../libs/evaluation/dist/index.js';
import type { Tokenizer } from '../../libs/transformer/dist/index.js';

const FILE = 'models/nano/heldout.txt';

/** The first of nano's held-out stories, as tokens between its start and its end token, which are one. */
export const heldOut = (tokenizer: Pick<Tokenizer, 'encode'>, count: number): number[][] =>
  documentsOf(readFileSync(FILE, 'utf8'), FILE)
    .slice(0, count)
    .map((story) => [0, ...tokenizer.encode(story, { addSpecialTokens: false }), 0]);
