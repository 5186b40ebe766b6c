// Writes src/shared/api/wire.ts: the types of what the server says, from the server's own description.
// `node build/generate-wire.mjs [--check] [FILE]`: FILE holds what `api describe` prints; without it the program that
// `cargo build -p api` makes is asked, or the one named by API_PROGRAM. With --check nothing is written, and what differs fails.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

import openapiTS, { astToString } from 'openapi-typescript';

const target = new URL('../src/shared/api/wire.ts', import.meta.url);
const args = process.argv.slice(2);
const file = args.find((arg) => !arg.startsWith('--'));
const program = process.env['API_PROGRAM'] ?? new URL('../../target/debug/api', import.meta.url).pathname;
const described = JSON.parse(file === undefined ? execFileSync(program, ['describe'], { maxBuffer: 1 << 24 }) : readFileSync(file));

const schemas = shapes({ ...described.openapi.components.schemas, ...schemasOfFrames(described.frameSchema) });
const types = await openapiTS({ openapi: '3.1.0', info: { title: '', version: '' }, paths: {}, components: { schemas } });
const head = '// Made by `npm run generate` from what `api describe` says. Not edited by hand.\n\n';
const pictures = described.openapi.paths['/receipts/{id}/image'].get.responses['200'].content;
const tail = `
/** What the server says, by the names of its description. */
export type Wire = components["schemas"];

/** The formats of pictures that it takes. */
export type PictureType = ${Object.keys(pictures).sort().map((type) => JSON.stringify(type)).join(' | ')};

/** How large one may be. */
export const maxPictureBytes = ${described.limits.maxPictureBytes};
`;
const text = head + astToString(types).replace(/^\/\*\*[^]*?\*\/\s*/, '').replace(/^export type (paths|webhooks|\$defs|operations) = .*;\n/gm, '') + tail;

if (!args.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error('web/src/shared/api/wire.ts is not what `api describe` says: run `npm --prefix web run generate` and use what is new');
  process.exit(1);
}

/** The frame itself, and what it is made of, named as in OpenAPI. */
function schemasOfFrames({ $defs, ...frame }) {
  delete frame.$schema;
  return JSON.parse(JSON.stringify({ ...$defs, Frame: frame }).replaceAll('"#/$defs/', '"#/components/schemas/'));
}

/** Without the sentences, so that only another shape makes other types. A property may be called `description` too. */
function shapes(schema) {
  if (Array.isArray(schema)) return schema.map(shapes);
  if (typeof schema !== 'object' || schema === null) return schema;
  const isSentence = ([key, value]) => ['title', 'description', 'example', 'format'].includes(key) && typeof value !== 'object';
  return Object.fromEntries(Object.entries(schema).filter((entry) => !isSentence(entry)).map(([key, value]) => [key, shapes(value)]));
}
