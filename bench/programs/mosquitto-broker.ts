/** mosquitto, started by this program, which measures it and ends it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type CpuReading, cpuBetween, readCpu, readResident } from '../broker/process-usage.ts';
import { serve } from './parts/serve.ts';

const folder = mkdtempSync(join(tmpdir(), 'wasmqtt-bench-'));
let pid = 0;
let before: CpuReading | undefined;

process.on('SIGTERM', () => process.exit());
process.on('exit', () => {
  if (pid !== 0) process.kill(pid);
  rmSync(folder, { recursive: true, force: true });
});

function configuration(port: number): string {
  return [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'max_inflight_messages 0',
    'max_queued_messages 0',
    'set_tcp_nodelay true',
    'persistence false',
    'sys_interval 0',
    'log_type none',
    '',
  ].join('\n');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

serve({
  listen: async () => {
    const port = await freePort();
    const file = join(folder, 'mosquitto.conf');
    writeFileSync(file, configuration(port));
    // it starts as root only to become another user, who may read nothing of the folder
    const broker = spawn('mosquitto', ['-c', file], { stdio: 'ignore' });
    broker.on('exit', (code) => {
      pid = 0;
      throw new Error(`mosquitto ended with ${code}`);
    });
    await once(broker, 'spawn');
    pid = broker.pid!;
    while (!(await isListening(port))) await setTimeout(20);
    return port;
  },
  start: () => {
    before = readCpu(pid);
  },
  used: () => cpuBetween(before!, readCpu(pid)),
  resident: () => readResident(pid),
});
