import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { Failure } from '../failure.js';
import { askGateway, gatewayUrl } from '../gateway-client.js';
import { renderTable, significant } from '../table.js';
import type { Terminal } from '../terminal.js';

const clockSchema = z.object({
  profile: z.string(),
  device_time_s: z.number(),
  calibrated_at_s: z.number().nullable(),
  set: z.boolean(),
  read_time_s: z.number(),
  compensated: z.boolean(),
  recalibration_interval_s: z.number(),
  recalibration: z
    .object({ measurements: z.number(), shards: z.number(), seconds: z.number(), joules: z.number() })
    .optional(),
});
const listSchema = z.object({ data: z.array(clockSchema) });
type Row = z.infer<typeof clockSchema>;

interface ClockOptions {
  readonly profile?: string;
  readonly set?: number;
  readonly advance?: number;
  readonly clear?: boolean;
  readonly json?: boolean;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds >= 0 && seconds < Infinity))
    throw new InvalidArgumentError('write seconds, 0 or more.');
  return seconds;
}

/** `ohmlight clock`: the virtual clocks of the device profiles. */
export function clockCommand(terminal: Terminal): Command {
  return new Command('clock')
    .description("show or move the device profiles' virtual clocks: seconds since programming")
    .option('--profile <name>', 'one device profile; all that age otherwise')
    .option('--set <seconds>', 'set the clock', parseSeconds)
    .option('--advance <seconds>', 'advance the clock from where it stands', parseSeconds)
    .option('--clear', "take the clock away: the profile's read_time holds again")
    .option('--json', 'one JSON object on standard output and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  npx ohmlight clock
  npx ohmlight clock --profile pcm-standard --set 3600
  npx ohmlight clock --advance 86400 --json

Requests without a device time of their own are read at the clock. OHMLIGHT_URL names a gateway other than the
one that runs here. docs/guides/drift.md tells more.`,
    )
    .action((options: ClockOptions) => clock(options, terminal));
}

/** `ohmlight recalibrate`: measures drift now. */
export function recalibrateCommand(terminal: Terminal): Command {
  return new Command('recalibrate')
    .description('measure drift now, at the time of the clock, on every shard that a core holds')
    .option('--profile <name>', 'a device profile, or all that measure drift', 'all')
    .option('--json', 'one JSON object on standard output and nothing else')
    .addHelpText(
      'after',
      '\nExamples:\n  npx ohmlight recalibrate\n  npx ohmlight recalibrate --profile pcm-standard --json',
    )
    .action((options: { profile: string; json?: boolean }) => recalibrate(options, terminal));
}

async function clock({ profile, set, advance, clear, json }: ClockOptions, terminal: Terminal): Promise<void> {
  if ([set, advance, clear].filter((option) => option !== undefined).length > 1)
    throw new Failure('give one of --set, --advance and --clear');
  const url = gatewayUrl();
  const profiles = await ageing(url, profile);
  const rows: Row[] = [];
  for (const name of profiles) {
    const path = `/v1/clocks/${encodeURIComponent(name)}`;
    terminal.status(`${name} …`);
    if (set !== undefined) rows.push(await askGateway(clockSchema, url, 'PUT', path, { device_time_s: set }));
    else if (advance !== undefined)
      rows.push(await askGateway(clockSchema, url, 'POST', `${path}/advance`, { seconds: advance }));
    else rows.push(await askGateway(clockSchema, url, clear ? 'DELETE' : 'GET', path));
  }
  show(rows, json, terminal);
}

async function recalibrate({ profile, json }: { profile: string; json?: boolean }, terminal: Terminal): Promise<void> {
  const url = gatewayUrl();
  const all = profile === 'all';
  const { data } = await askGateway(listSchema, url, 'GET', '/v1/clocks');
  const profiles = all ? data.filter(({ compensated }) => compensated).map((row) => row.profile) : [profile];
  if (profiles.length === 0) throw new Failure('no device profile measures drift; set compensation in one of them');
  const rows: Row[] = [];
  for (const name of profiles) {
    terminal.status(`${name} …`);
    rows.push(await askGateway(clockSchema, url, 'POST', `/v1/clocks/${encodeURIComponent(name)}/recalibrate`));
  }
  show(rows, json, terminal);
}

/** Profiles that have a clock; the one that was named is left to the gateway, which knows why it has none. */
async function ageing(url: string, profile: string | undefined): Promise<string[]> {
  if (profile !== undefined && profile !== 'all') return [profile];
  return (await askGateway(listSchema, url, 'GET', '/v1/clocks')).data.map((row) => row.profile);
}

const COLUMNS = [
  { title: 'profile' },
  { title: 'device time', align: 'right' },
  { title: 'drift measured at', align: 'right' },
  { title: 'clock' },
  { title: 'measurements', align: 'right' },
  { title: 'shards', align: 'right' },
  { title: 'µs', align: 'right' },
  { title: 'µJ', align: 'right' },
] as const;

function show(rows: readonly Row[], json: boolean | undefined, terminal: Terminal): void {
  terminal.status('');
  if (json) return terminal.line(JSON.stringify({ rows }, null, 2));
  const cells = rows.map(({ profile, device_time_s, calibrated_at_s, set, recalibration }) => [
    profile,
    `${device_time_s} s`,
    calibrated_at_s === null ? '–' : `${calibrated_at_s} s`,
    set ? 'set' : "the profile's",
    recalibration ? String(recalibration.measurements) : '',
    recalibration ? String(recalibration.shards) : '',
    recalibration ? significant(recalibration.seconds * 1e6) : '',
    recalibration ? significant(recalibration.joules * 1e6) : '',
  ]);
  // What a command measured has columns of its own; a clock that was only read has none.
  const shown = rows.some(({ recalibration }) => recalibration) ? COLUMNS.length : 4;
  for (const line of renderTable(
    COLUMNS.slice(0, shown),
    cells.map((row) => row.slice(0, shown)),
    terminal.columns,
  ))
    terminal.line(line);
}
