import { StandardSchemaValidationPipe } from '@nestjs/common';
import { OhmlightError } from '@ohmlight/contracts';

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** A field's place as OpenAI writes it: `messages[0].content`. */
function fieldName(path: Issue['path']): string {
  let name = '';
  for (const segment of path ?? []) {
    const key = typeof segment === 'object' ? segment.key : segment;
    name += typeof key === 'number' ? `[${key}]` : `${name === '' ? '' : '.'}${String(key)}`;
  }
  return name;
}

/** Validates bodies by their schema; the first issue becomes the error, naming the field. */
export const validationPipe = new StandardSchemaValidationPipe({
  exceptionFactory: (issues: readonly Issue[]) => {
    const [issue] = issues;
    const param = fieldName(issue?.path);
    if (param === '') return new OhmlightError('invalid_json', `the body must be a JSON object: ${issue?.message}`);
    return new OhmlightError('invalid_value', `${param}: ${issue?.message}`, param);
  },
});
