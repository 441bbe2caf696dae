import { Failure } from '../failure.js';
import { lives } from './identity.js';
import { clearLeftovers } from './leftovers.js';
import { claimRunDirectory, readState, releaseRunDirectory, type State } from './state.js';

/**
 * Makes sure that nothing runs from this directory: what a crashed supervisor left is ended.
 * @throws Failure when a supervisor lives.
 */
export async function clearRunDirectory(runDirectory: string): Promise<void> {
  const state = readState(runDirectory);
  if (!state) {
    releaseRunDirectory(runDirectory);
    return;
  }
  if (lives(state.supervisor))
    throw new Failure(
      `Ohmlight already runs at ${state.url} (pid ${state.supervisor.pid}): \`npx ohmlight down\` stops it`,
    );
  await clearLeftovers(state, runDirectory);
}

/**
 * Takes the run directory for this process.
 * @throws Failure when a living supervisor holds it, or takes it at the same moment.
 */
export async function claim(runDirectory: string, state: State): Promise<void> {
  await clearRunDirectory(runDirectory);
  if (!claimRunDirectory(runDirectory, state))
    throw new Failure('another `ohmlight up` has just started here: `npx ohmlight status` shows it');
}
