import { Failure } from '../failure.js';
import { defaultRunDirectory } from '../paths.js';
import { lives } from '../supervisor/identity.js';
import { allGone, clearLeftovers } from '../supervisor/leftovers.js';
import { readState } from '../supervisor/state.js';
import type { Terminal } from '../terminal.js';

/** Gateway, dispatchers, cores and Redis, each with its deadline. */
const STOP_DEADLINE_MS = 30_000;

/** `ohmlight down`: stops what runs here and waits for it. That nothing runs is no error. */
export async function down(terminal: Terminal): Promise<void> {
  const runDirectory = defaultRunDirectory();
  const state = readState(runDirectory);
  if (!state) {
    terminal.line('nothing runs here');
    return;
  }
  const since = performance.now();
  const names = [...state.services.map(({ name }) => name), ...(state.redis?.private ? ['redis'] : [])];
  if (!lives(state.supervisor)) {
    const ended = await clearLeftovers(state, runDirectory);
    terminal.line(`its supervisor was gone; ended ${ended} leftover process${ended === 1 ? '' : 'es'}`);
    return;
  }
  terminal.status(`stopping ${names.join(', ')} …`);
  process.kill(state.supervisor.pid, 'SIGTERM');
  if (!(await allGone([state.supervisor], STOP_DEADLINE_MS))) {
    process.kill(state.supervisor.pid, 'SIGKILL');
    await allGone([state.supervisor], 1_000);
    await clearLeftovers(readState(runDirectory) ?? state, runDirectory);
    throw new Failure(
      `the supervisor (pid ${state.supervisor.pid}) did not stop in 30 s: it and its services were killed`,
    );
  }
  terminal.line(`stopped ${names.join(', ')} in ${((performance.now() - since) / 1000).toFixed(1)} s`);
}
