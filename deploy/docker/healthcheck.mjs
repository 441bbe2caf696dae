// Asks this container's own /health: exit 0 when it answers 200, else 1 with the reason.
const port = process.env.OHMLIGHT_HEALTH_PORT ?? process.env.OHMLIGHT_METRICS_PORT;
try {
  const response = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(2_000) });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
