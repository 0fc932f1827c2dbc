import { pbkdf2, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** Tells whether a password is the one that it was made of. */
export type Verify = (password: Uint8Array) => Promise<boolean>;

/** 2 ** 14 blocks of 1 KiB: about 50 ms and 16 MiB for each try. */
const LOG_COST = 14;
const BLOCK_SIZE = 8;
const PARALLELIZATION = 1;
const LARGEST_LOG_COST = 20;
const LARGEST_FACTOR = 16;
const SALT_LENGTH = 16;
const HASH_LENGTH = 32;
const MOSQUITTO_HASH_LENGTH = 64;
const LARGEST_ITERATIONS = 10_000_000;

const SCRYPT = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/;
/** What mosquitto_passwd writes: PBKDF2 with SHA-512. */
const MOSQUITTO = /^\$7\$(\d+)\$([\w+/]+=*)\$([\w+/]+=*)$/;

const scryptAsync = promisify<Uint8Array, Buffer, number, object, Buffer>(scrypt);
const pbkdf2Async = promisify(pbkdf2);

/** `$scrypt$ln=...,r=...,p=...$salt$hash`. */
export async function hashPassword(password: Uint8Array): Promise<string> {
  const salt = randomBytes(SALT_LENGTH);
  const hash = await scryptHash(password, salt, HASH_LENGTH, LOG_COST, BLOCK_SIZE, PARALLELIZATION);
  const parameters = `ln=${LOG_COST},r=${BLOCK_SIZE},p=${PARALLELIZATION}`;
  return `$scrypt$${parameters}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** `undefined` if it is not a hash of a kind that is known. */
export function verifierOf(written: string): Verify | undefined {
  return scryptVerifier(written) ?? mosquittoVerifier(written);
}

function scryptVerifier(written: string): Verify | undefined {
  const match = SCRYPT.exec(written);
  if (match === null) return undefined;
  const [logCost, blockSize, parallelization] = match.slice(1, 4).map(Number);
  if (logCost < 1 || logCost > LARGEST_LOG_COST) return undefined;
  if (blockSize < 1 || blockSize > LARGEST_FACTOR) return undefined;
  if (parallelization < 1 || parallelization > LARGEST_FACTOR) return undefined;
  const salt = Buffer.from(match[4], 'base64');
  const hash = Buffer.from(match[5], 'base64');
  return async (password) =>
    timingSafeEqual(await scryptHash(password, salt, hash.length, logCost, blockSize, parallelization), hash);
}

function mosquittoVerifier(written: string): Verify | undefined {
  const match = MOSQUITTO.exec(written);
  if (match === null) return undefined;
  const iterations = Number(match[1]);
  const salt = Buffer.from(match[2], 'base64');
  const hash = Buffer.from(match[3], 'base64');
  if (iterations < 1 || iterations > LARGEST_ITERATIONS || hash.length !== MOSQUITTO_HASH_LENGTH) {
    return undefined;
  }
  return async (password) =>
    timingSafeEqual(await pbkdf2Async(password, salt, iterations, hash.length, 'sha512'), hash);
}

function scryptHash(
  password: Uint8Array,
  salt: Buffer,
  length: number,
  logCost: number,
  blockSize: number,
  parallelization: number,
): Promise<Buffer> {
  const cost = 2 ** logCost;
  // twice what it takes
  const maxmem = 256 * cost * blockSize + 256 * blockSize * parallelization;
  return scryptAsync(password, salt, length, { cost, blockSize, parallelization, maxmem });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
