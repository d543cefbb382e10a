// Makes the certificates of the link, P-256 throughout: the panel's authority, the certificate of its link port, and one
// for each node, made from a certificate request of which only the public key is believed. Import it when one is to be
// made: the library behind it costs each process 10 MB and a tenth of a second. Reading them: certificate.ts.
//
//   authority   10 years   CA:TRUE, pathlen:0, keyCertSign + cRLSign
//   link port   397 days   DNS:panel.stellar.internal, serverAuth
//   node         90 days   URI:spiffe://stellar/node/<id>, clientAuth
import 'reflect-metadata' // before x509, which injects its parts by it
import { randomBytes } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { fingerprintOf, type KeyAndCertificate, sha256, toleratedSkewMs } from './certificate.ts'
import { linkServerName } from './version.ts'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const day = 86_400_000
const life = { authority: 3652 * day, link: 397 * day, node: 90 * day }

export interface IssuedCertificate {
  readonly certificate: string
  /** SHA-256 of the DER, hex. */
  readonly fingerprint: string
  readonly serial: string
  /** ISO time. */
  readonly notAfter: string
}

export async function createAuthority(now: number): Promise<KeyAndCertificate> {
  const keys = await generateKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: [{ CN: ['Stellar node authority'] }],
    ...validity(now, life.authority),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { key: await exportKey(keys.privateKey), certificate: certificate.toString('pem') }
}

export async function issueLinkCertificate(authority: KeyAndCertificate, now: number): Promise<KeyAndCertificate> {
  const keys = await generateKeys()
  const issued = await issue(authority, keys.publicKey, {
    now,
    life: life.link,
    commonName: 'Stellar link',
    names: [{ type: 'dns', value: linkServerName }],
    purpose: x509.ExtendedKeyUsage.serverAuth,
  })
  return { key: await exportKey(keys.privateKey), certificate: issued.certificate }
}

export async function issueNodeCertificate(
  authority: KeyAndCertificate,
  request: VerifiedRequest,
  nodeId: string,
  now: number,
): Promise<IssuedCertificate> {
  return await issue(authority, await request.publicKey.export(), {
    now,
    life: life.node,
    commonName: nodeId,
    names: [{ type: 'url', value: `spiffe://stellar/node/${nodeId}` }],
    purpose: x509.ExtendedKeyUsage.clientAuth,
  })
}

/** A new key, and a request for a certificate of it. The key never leaves the machine that calls this. */
export async function createRequest(key?: string): Promise<{ key: string; request: string }> {
  const keys = key === undefined ? await generateKeys() : await importKeys(key)
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: ['stellar node'] }],
    keys,
    signingAlgorithm: algorithm,
  })
  return { key: key ?? (await exportKey(keys.privateKey)), request: request.toString('pem') }
}

export interface VerifiedRequest {
  readonly publicKey: x509.PublicKey
  /** SHA-256 of the public key, hex. */
  readonly keyHash: string
}

/** Undefined unless it is a well-formed request for a P-256 key, signed with that key. */
export async function verifyRequest(pem: string): Promise<VerifiedRequest | undefined> {
  try {
    const request = new x509.Pkcs10CertificateRequest(pem)
    const { algorithm: of } = request.publicKey
    if (of.name !== 'ECDSA' || !('namedCurve' in of) || of.namedCurve !== 'P-256') return undefined
    if (!(await request.verify())) return undefined
    return { publicKey: request.publicKey, keyHash: sha256(request.publicKey.rawData).toString('hex') }
  } catch {
    return undefined // whatever the parser stumbled on, it is not a request
  }
}

interface Contents {
  readonly now: number
  readonly life: number
  readonly commonName: string
  readonly names: x509.JsonGeneralNames
  readonly purpose: x509.ExtendedKeyUsage
}

async function issue(
  authority: KeyAndCertificate,
  publicKey: CryptoKey,
  { now, life, commonName, names, purpose }: Contents,
): Promise<IssuedCertificate> {
  const issuer = new x509.X509Certificate(authority.certificate)
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: [{ CN: [commonName] }],
    issuer: issuer.subject,
    ...validity(now, life),
    publicKey,
    signingKey: (await importKeys(authority.key)).privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([purpose]),
      new x509.SubjectAlternativeNameExtension(names),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(await issuer.publicKey.export()),
    ],
  })
  return {
    certificate: certificate.toString('pem'),
    fingerprint: fingerprintOf(new Uint8Array(certificate.rawData)),
    serial: certificate.serialNumber,
    notAfter: certificate.notAfter.toISOString(),
  }
}

function validity(now: number, life: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now - toleratedSkewMs), notAfter: new Date(now + life) }
}

/** 127 random bits: the first bit stays clear, a serial is a positive number. */
function newSerial(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes.toString('hex')
}

async function generateKeys(): Promise<CryptoKeyPair> {
  return await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

async function exportKey(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')
}

async function importKeys(pem: string): Promise<CryptoKeyPair> {
  const der = x509.PemConverter.decodeFirst(pem)
  const privateKey = await crypto.subtle.importKey('pkcs8', der, algorithm, true, ['sign'])
  // WebCrypto has no way from a private key to its public one but through JWK without the secret number.
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', privateKey)
  const open = { kty, crv, x, y }
  const publicKey = await crypto.subtle.importKey('jwk', open as JsonWebKey, algorithm, true, ['verify'])
  return { privateKey, publicKey }
}
