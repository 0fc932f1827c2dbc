import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** Where they are as files. */
  readonly certFile: string;
  readonly keyFile: string;
}

/** A certificate authority, and certificates of it for a server on this machine and for a client. */
export interface Certificates {
  readonly ca: string;
  readonly caFile: string;
  readonly server: Certificate;
  readonly client: Certificate;
  remove(): void;
}

const CLIENT_NAME = 'device-1';

/** Makes new ones with the openssl command. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'wasmqtt-certificates-'));
  const file = (name: string) => join(folder, name);
  const openssl = (line: string) => execFileSync('openssl', line.split(' '), { cwd: folder, stdio: 'pipe' });
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';

  openssl(`req -x509 ${key} -keyout ca.key -out ca.pem -days 2 -subj /CN=wasmqtt-test-ca`);
  const issue = (name: string, subject: string, extensions: string): Certificate => {
    writeFileSync(file(`${name}.ext`), extensions);
    openssl(`req ${key} -keyout ${name}.key -out ${name}.csr -subj /CN=${subject}`);
    openssl(
      `x509 -req -in ${name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out ${name}.pem -days 2 -extfile ${name}.ext`,
    );
    const certFile = file(`${name}.pem`);
    const keyFile = file(`${name}.key`);
    return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8'), certFile, keyFile };
  };
  const caFile = file('ca.pem');
  return {
    ca: readFileSync(caFile, 'utf8'),
    caFile,
    server: issue('server', 'localhost', 'subjectAltName=DNS:localhost,IP:127.0.0.1'),
    client: issue('client', CLIENT_NAME, 'extendedKeyUsage=clientAuth'),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
