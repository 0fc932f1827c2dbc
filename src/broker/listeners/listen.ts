import { lstat, unlink } from 'node:fs/promises';
import { connect, type ListenOptions, type Server } from 'node:net';

/** Resolves when the server listens; rejects with the system's error. */
export async function listen(server: Server, place: ListenOptions): Promise<void> {
  try {
    await tryToListen(server, place);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' || place.path === undefined || !(await isLeftOver(place.path))) throw error;
    await unlink(place.path);
    await tryToListen(server, place);
  }
}

function tryToListen(server: Server, place: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(place, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Whether it is a socket that nobody listens on: a process that is killed leaves its Unix domain socket behind. */
async function isLeftOver(path: string): Promise<boolean> {
  // to connect to any other kind of file is refused too
  const isSocket = await lstat(path).then(
    (file) => file.isSocket(),
    () => false,
  );
  return isSocket && (await refusesToConnect(path));
}

function refusesToConnect(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
}
