#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;
const main = new URL('../dist/main.js', import.meta.url);
const refuse = (line) => {
  process.stderr.write(`ohmlight: ${line}\n`);
  process.exit(1);
};
if (Number(process.versions.node.split('.')[0]) < NEEDED)
  refuse(
    `runs on Node ${NEEDED}, this is ${process.versions.node}: use \`npm start\` or \`npx ohmlight\` in the working copy`,
  );
if (!existsSync(main)) refuse('is not built: run `npm run setup`');
module.enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/ohmlight', import.meta.url)));
await import(main.href);
