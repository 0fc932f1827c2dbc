import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { AuthenticationRequest, BrokerHooks, Refusal } from '../broker/types.ts';
import { readPasswordFile } from './password-file.ts';
import { type Verify, verifierOf } from './password-hash.ts';
import type { Values } from './settings.ts';
import { UsageError } from './usage-error.ts';

const NOT_AUTHORIZED: Refusal = { reasonCode: 0x87, reasonString: 'A user name is needed' };
const NO_PASSWORD = new Uint8Array();
/** Takes as long as a password that is wrong, so that nobody learns which user names there are. */
const NOBODY = verifierOf(`$scrypt$ln=14,r=8,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`) as Verify;

/** Who may connect; `undefined`: everybody. Throws UsageError. */
export function accessControl(values: Values): BrokerHooks['authenticate'] {
  const users = usersOf(values);
  const { allowAnonymous } = values;
  if (users.size === 0) {
    if (allowAnonymous !== false && values.passwordFile === undefined) return undefined;
    if (allowAnonymous !== true) {
      throw new UsageError(
        'nobody could connect: there are no user names, and clients without are not allowed. See --password-file',
      );
    }
  }
  return async ({ username, password = NO_PASSWORD }: AuthenticationRequest) => {
    if (username === undefined) return allowAnonymous === true || NOT_AUTHORIZED;
    return (users.get(username) ?? NOBODY)(password);
  };
}

function usersOf({ username, password, passwordFile }: Values): Map<string, Verify> {
  const users = new Map<string, Verify>();
  if (passwordFile !== undefined) {
    for (const [name, verify] of readPasswordFile(passwordFile)) users.set(name, remembering(verify));
  }
  if (username !== undefined && password !== undefined) users.set(username, samePassword(password));
  else if (username !== undefined) throw new UsageError('--username needs --password or WASMQTT_PASSWORD');
  else if (password !== undefined) throw new UsageError('--password needs --username or WASMQTT_USERNAME');
  return users;
}

const key = randomBytes(32);

function digest(password: Uint8Array): Buffer {
  return createHmac('sha256', key).update(password).digest();
}

function samePassword(password: string): Verify {
  const expected = digest(Buffer.from(password));
  return async (tried) => timingSafeEqual(digest(tried), expected);
}

/** Hashes are slow to verify on purpose. Thousands of clients that come back at once would wait for minutes. */
function remembering(verify: Verify): Verify {
  let last: Buffer | undefined;
  return async (tried) => {
    const triedDigest = digest(tried);
    if (last !== undefined && timingSafeEqual(triedDigest, last)) return true;
    const isRight = await verify(tried);
    if (isRight) last = triedDigest;
    return isRight;
  };
}
