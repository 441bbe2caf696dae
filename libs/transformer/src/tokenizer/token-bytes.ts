import { OhmlightError } from '@ohmlight/contracts';
import { z } from 'zod';

const stepSchema = z.looseObject({ type: z.string(), start: z.number().optional() });
const decoderSchema = stepSchema.extend({ decoders: z.array(stepSchema).optional() });
const addedTokenSchema = z.looseObject({ id: z.number().int().min(0), content: z.string(), special: z.boolean() });

/** The parts of a `tokenizer.json` that turn ids back into bytes. */
export const tokenizerJsonSchema = z.looseObject({
  added_tokens: z.array(addedTokenSchema).default([]),
  decoder: decoderSchema,
});
type TokenizerJson = z.infer<typeof tokenizerJsonSchema>;

/** How a tokenizer writes bytes as the text of its tokens. */
interface ByteForm {
  /** `byte-level`: one letter per byte (GPT-2). `sentencepiece`: ▁ for a space, `<0xHH>` for a byte. */
  readonly kind: 'byte-level' | 'sentencepiece';
  /** Whether the space that encoding put before the text goes again. */
  readonly stripsLeadingSpace: boolean;
}

/** The bytes of every token: what decoding joins. */
export class TokenBytes {
  readonly stripsLeadingSpace: boolean;
  readonly size: number;
  private readonly bytes: (Uint8Array | undefined)[] = [];
  private readonly special = new Set<number>();

  /**
   * @param vocabulary Token texts and ids, added tokens included or not.
   * @param path Names the file in errors.
   * @throws OhmlightError `unsupported_checkpoint` for a decoder of another kind.
   */
  constructor(json: TokenizerJson, vocabulary: Iterable<readonly [string, number]>, path: string) {
    const form = byteForm(json.decoder, path);
    this.stripsLeadingSpace = form.stripsLeadingSpace;
    const encode = form.kind === 'byte-level' ? byteLevelBytes : sentencepieceBytes;
    for (const [text, id] of vocabulary) this.bytes[id] = encode(text);
    for (const { id, content, special } of json.added_tokens) {
      this.bytes[id] = utf8.encode(content);
      if (special) this.special.add(id);
    }
    this.size = this.bytes.length;
  }

  /** The token's bytes; none for an id that the vocabulary leaves out, as padded embeddings have. */
  of(id: number): Uint8Array {
    return this.bytes[id] ?? NO_BYTES;
  }

  isSpecial(id: number): boolean {
    return this.special.has(id);
  }
}

const utf8 = new TextEncoder();
const NO_BYTES = new Uint8Array(0);

function byteForm(decoder: TokenizerJson['decoder'], path: string): ByteForm {
  const steps = decoder.decoders ?? [decoder];
  const types = new Set(steps.map(({ type }) => type));
  if (types.has('ByteLevel')) return { kind: 'byte-level', stripsLeadingSpace: false };
  if (types.has('Metaspace') || types.has('ByteFallback')) {
    const strips = steps.some(({ type, start }) => type === 'Strip' && (start ?? 0) > 0);
    return { kind: 'sentencepiece', stripsLeadingSpace: strips || types.has('Metaspace') };
  }
  throw new OhmlightError(
    'unsupported_checkpoint',
    `${path}: decoder is ${JSON.stringify([...types].join(', '))}; Ohmlight runs decoder = ByteLevel, Metaspace, ByteFallback`,
  );
}

/** GPT-2's letters: printable Latin-1 bytes stand for themselves, the others for letters from U+0100 on. */
const BYTE_OF_LETTER: ReadonlyMap<string, number> = (() => {
  const letters = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    letters.set(String.fromCodePoint(printable ? byte : next++), byte);
  }
  return letters;
})();

function byteLevelBytes(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const letter of text) {
    const byte = BYTE_OF_LETTER.get(letter);
    if (byte === undefined) return utf8.encode(text);
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

function sentencepieceBytes(text: string): Uint8Array {
  const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(text)?.[1];
  return byte === undefined ? utf8.encode(text.replaceAll('▁', ' ')) : Uint8Array.of(Number.parseInt(byte, 16));
}
