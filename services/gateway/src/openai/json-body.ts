import { OhmlightError } from '@ohmlight/contracts';

/**
 * Parses a body. A `seed` beyond 2^53 keeps every digit: it comes as a bigint.
 * @throws OhmlightError `invalid_json`
 */
export function parseJsonBody(text: string): unknown {
  const body = parse(text);
  if (typeof body === 'object' && body !== null && 'seed' in body && isRoundedInteger(body.seed))
    return parse(text, keepSeedDigits);
  return body;
}

const isRoundedInteger = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);

type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;

/** A reviver that sees the source text of a number (ES2026). */
const keepSeedDigits: Reviver = (key, value, { source }) =>
  key === 'seed' && isRoundedInteger(value) && source !== undefined && /^-?\d{1,20}$/.test(source)
    ? BigInt(source)
    : value;

function parse(text: string, reviver?: Reviver): unknown {
  try {
    return JSON.parse(text, reviver as Parameters<typeof JSON.parse>[1]);
  } catch (cause) {
    throw new OhmlightError('invalid_json', `the body is not JSON: ${(cause as Error).message}`, null, { cause });
  }
}
