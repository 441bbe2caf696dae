import { z } from 'zod';
import { Failure } from './failure.js';
import { defaultRunDirectory } from './paths.js';
import { readState } from './supervisor/state.js';

const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** Base URL of the gateway: OHMLIGHT_URL, else that of the installation that `up` started here. */
export function gatewayUrl(env: NodeJS.ProcessEnv = process.env): string {
  const url = env['OHMLIGHT_URL'] || readState(defaultRunDirectory())?.url;
  if (!url) throw new Failure('nothing runs here: start it with `npx ohmlight up`, or set OHMLIGHT_URL to a gateway');
  return url.replace(/\/+$/, '');
}

/**
 * Asks the gateway.
 * @throws Failure with the gateway's own code and message, or with what keeps it from answering.
 */
export async function askGateway<S extends z.ZodType>(
  schema: S,
  url: string,
  method: string,
  path: string,
  body?: object,
): Promise<z.infer<S>> {
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(`${url}${path}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    answer = await response.json();
  } catch (thrown) {
    const { cause, message } = thrown as Error;
    throw new Failure(
      `the gateway at ${url} does not answer (${cause instanceof Error ? cause.message : message}); npx ohmlight status tells what runs`,
    );
  }
  if (response.ok) return schema.parse(answer);
  const failure = errorSchema.safeParse(answer).data?.error;
  throw new Failure(failure ? `${failure.code}: ${failure.message}` : `the gateway answered ${response.status}`);
}
