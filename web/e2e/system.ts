// Starts the whole system for the tests: the programs of the debug build on free ports, with an empty folder of data.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '../..');

/** Sets BASE_URL, unless it names a system that is up already, and returns what stops the system. */
export default async function start(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['BASE_URL'] !== undefined) return undefined;
  const system = await aSystem();
  process.env['BASE_URL'] = await system.start();
  return system.discard;
}

export type System = {
  /** Answers the page's address, the same each time. */
  start: () => Promise<string>;
  stop: () => Promise<void>;
  /** Stops it, and removes its data. */
  discard: () => Promise<void>;
};

/** On ports and in a folder of its own, not started yet. */
export async function aSystem(): Promise<System> {
  const data = await mkdtemp(join(tmpdir(), 'receipts-e2e-'));
  const ports = { PORT: String(await freePort()), AWS_PORT: String(await freePort()) };
  let stopRunning: (() => Promise<void>) | null = null;
  const stop = async () => {
    await stopRunning?.();
    stopRunning = null;
  };
  return {
    start: async () => {
      const system = spawn(
        join(root, process.env['RECEIPTS'] ?? 'target/debug/receipts'),
        ['run', '--data', data, '--web-root', join(root, 'web/dist')],
        { env: { ...process.env, ...ports, RUST_LOG: 'warn,dynoxide=error' }, stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const ended = once(system, 'exit');
      stopRunning = async () => {
        system.kill('SIGTERM');
        await ended;
      };
      return Promise.race([
        addressIn(createInterface(system.stdout)),
        ended.then(([code]) => { throw new Error(`receipts run ended with ${String(code)} before it was ready`); }),
      ]);
    },
    stop,
    discard: async () => {
      await stop();
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** The first address in what the program says. */
async function addressIn(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const address = /http:\/\/[\w.:]+/.exec(line)?.[0];
    if (address !== undefined) return address;
  }
  throw new Error('receipts run said no address');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
