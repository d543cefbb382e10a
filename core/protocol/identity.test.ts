import { X509Certificate } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { fingerprintOf, pinOf, renewalTime } from './certificate.ts'
import {
  formatEnrolmentToken,
  hashSecret,
  makeEnrolmentToken,
  parseEnrolmentToken,
  sameHash,
} from './enrolment-token.ts'
import {
  createAuthority,
  createRequest,
  issueLinkCertificate,
  issueNodeCertificate,
  verifyRequest,
} from './identity.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const nodeId = '0193d1f4-7d1c-7b6e-9a57-3f4a7a7f0b11'

test('an authority signs a node certificate that names the node and nothing the request asked for', async () => {
  const authority = await createAuthority(now)
  const { request } = await createRequest()
  const verified = await verifyRequest(request)
  if (!verified) throw new Error('the request was refused')
  const issued = await issueNodeCertificate(authority, verified, nodeId, now)

  const seen = new X509Certificate(issued.certificate)
  expect(seen.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true)
  expect(seen.subjectAltName).toBe(`URI:spiffe://stellar/node/${nodeId}`)
  expect(seen.ca).toBe(false)
  expect(seen.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']) // clientAuth alone: a node cannot pose as the panel
  expect(issued.fingerprint).toBe(fingerprintOf(seen.raw))
  expect(Date.parse(issued.notAfter) - now).toBe(90 * 86_400_000)
  expect(new Date(renewalTime(issued.certificate)).getUTCFullYear()).toBe(2027) // 22 November + 60 days
})

test('the link certificate carries the fixed server name, whatever address the panel has', async () => {
  const authority = await createAuthority(now)
  const { certificate } = await issueLinkCertificate(authority, now)
  expect(new X509Certificate(certificate).checkHost('panel.stellar.internal')).toBe('panel.stellar.internal')
  expect(new X509Certificate(certificate).checkHost('example.com')).toBeUndefined()
})

test('a request made again with the same key has the same key hash, another key another', async () => {
  const first = await createRequest()
  const again = await createRequest(first.key)
  const other = await createRequest()
  const hashes = await Promise.all(
    [first, again, other].map(async ({ request }) => (await verifyRequest(request))?.keyHash),
  )
  expect(hashes[0]).toBe(hashes[1])
  expect(hashes[0]).not.toBe(hashes[2])
})

test('a request with a broken signature, another curve or no sense is refused', async () => {
  const { request } = await createRequest()
  const der = Buffer.from(request.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  der[der.length - 3] = (der[der.length - 3] ?? 0) ^ 1
  const broken = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----`
  expect(await verifyRequest(request)).toBeDefined()
  expect(await verifyRequest(broken)).toBeUndefined()
  expect(await verifyRequest('')).toBeUndefined()
  expect(await verifyRequest('not a request')).toBeUndefined()
  const authority = await createAuthority(now)
  expect(await verifyRequest(authority.certificate)).toBeUndefined()
})

test('a request for a P-384 key is refused', async () => {
  const { Pkcs10CertificateRequestGenerator } = await import('@peculiar/x509')
  const signing = { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(signing, true, ['sign', 'verify'])
  const request = await Pkcs10CertificateRequestGenerator.create({ name: 'CN=x', keys, signingAlgorithm: signing })
  expect(await request.verify()).toBe(true)
  expect(await verifyRequest(request.toString('pem'))).toBeUndefined()
})

test('a token survives the way through text, and the pin is that of the authority', async () => {
  const authority = await createAuthority(now)
  const token = makeEnrolmentToken(pinOf(authority.certificate))
  const text = formatEnrolmentToken(token)
  expect(text).toHaveLength(94)
  expect(parseEnrolmentToken(`  ${text}\n`)).toEqual(token)
})

test('whatever is not a token is not taken for one', () => {
  fc.assert(fc.property(fc.string(), (text) => parseEnrolmentToken(text) === undefined))
  expect(parseEnrolmentToken(`strk_reg_12345678.${'a'.repeat(32)}.${'b'.repeat(42)}`)).toBeUndefined()
})

test('hashes of secrets are compared whole', () => {
  expect(sameHash(hashSecret('a'), hashSecret('a'))).toBe(true)
  expect(sameHash(hashSecret('a'), hashSecret('b'))).toBe(false)
  expect(sameHash(hashSecret('a'), '')).toBe(false)
})
