import { relative } from 'node:path';
import { curlLine, demonstrate } from '../demo/demo.js';
import { ROOT } from '../paths.js';
import { ProgressLine } from '../progress.js';
import type { Plan } from '../supervisor/plan.js';
import { Supervisor, type SupervisorEvents } from '../supervisor/supervisor.js';
import type { Terminal } from '../terminal.js';
import { startDetached } from './detach.js';
import { aborted, interruption } from './interrupt.js';
import { planFrom, type UpOptions } from './options.js';

/** `ohmlight up`: starts the installation, shows what the placements cost, and stays until it is interrupted. */
export async function up(options: UpOptions, terminal: Terminal): Promise<void> {
  const plan = planFrom(options);
  const signal = interruption();
  const since = performance.now();
  const progress = new ProgressLine(terminal);
  const events: SupervisorEvents = {
    progress: (now) => progress.show(now),
    notice: (line) => terminal.line(line),
  };
  if (options.detach) {
    const { url, pid } = await startDetached(plan, events, signal);
    report(terminal, plan, since);
    await introduce(url, plan, options, terminal, signal);
    terminal.line(`\nOhmlight runs in the background (pid ${pid}): \`npx ohmlight status\`, \`npx ohmlight down\`.`);
    return;
  }
  const supervisor = await Supervisor.start(plan, events, signal);
  try {
    report(terminal, plan, since);
    await introduce(supervisor.url, plan, options, terminal, signal);
    terminal.line('\nCtrl-C stops everything.');
    await aborted(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    terminal.line('\nstopping …');
    await supervisor.stop();
    terminal.line('stopped: no process, port or file is left');
  }
}

function report(terminal: Terminal, plan: Plan, since: number): void {
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  terminal.line(`ready in ${seconds} s; logs in ${relative(process.cwd(), plan.runDirectory) || ROOT}/logs`);
}

/** The demonstration and a line to try. */
async function introduce(
  url: string,
  plan: Plan,
  options: UpOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const [checkpoint] = Object.keys(plan.checkpoints);
  const models = plan.placements.map((placement) => `${checkpoint}@${placement}`);
  if (options.demo) await demonstrate(url, models, terminal, signal);
  terminal.line(`\nServing at ${url}/v1. Try:\n\n  ${curlLine(url, models[1] ?? models[0]!)}`);
}
