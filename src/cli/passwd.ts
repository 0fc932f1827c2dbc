import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Failure } from './failure.ts';
import { changePasswordFile } from './password-file.ts';
import { hashPassword } from './password-hash.ts';
import { UsageError } from './usage-error.ts';

/** MQTT: the length of a password has two bytes. */
const LONGEST_PASSWORD = 65_535;

/** Sets the password of a user in a file, or removes the user. */
export async function passwd(file: string, name: string, options: { delete?: boolean }): Promise<void> {
  if (name === '' || name.startsWith('#') || /[:\n\r]/.test(name)) {
    throw new UsageError('the user name must not be empty, contain a colon or begin with #');
  }
  if (options.delete) {
    if (!changePasswordFile(file, name, undefined)) throw new Failure(`${file} has no user ${name}`);
    return;
  }
  const password = Buffer.from(await readPassword());
  if (password.length === 0 || password.length > LONGEST_PASSWORD) {
    throw new UsageError(`the password must have 1 to ${LONGEST_PASSWORD} bytes`);
  }
  changePasswordFile(file, name, await hashPassword(password));
}

/** Asks twice at a terminal; otherwise the first line of standard input. */
async function readPassword(): Promise<string> {
  const { stdin, stderr } = process;
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: unseen, terminal: stdin.isTTY });
  try {
    if (!stdin.isTTY) {
      for await (const line of lines) return line;
      return '';
    }
    const left = new Promise<never>((_, reject) => {
      const leave = (): void => reject(new Failure('no password, nothing is changed'));
      lines.once('SIGINT', leave).once('close', leave);
    });
    left.catch(() => {}); // it is closed in the end, too
    const ask = async (question: string): Promise<string> => {
      stderr.write(question);
      try {
        return await Promise.race([lines.question(''), left]);
      } finally {
        stderr.write('\n');
      }
    };
    const password = await ask('Password: ');
    if ((await ask('Again: ')) !== password) throw new Failure('the passwords are not the same');
    return password;
  } finally {
    lines.close();
  }
}
