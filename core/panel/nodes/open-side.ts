// The side of the link port that asks for no certificate: two addresses, small bodies, one exchange a connection.
//
//   GET  /node/v1/ca       the authority's certificate, PEM
//   POST /node/v1/enroll   {token, csr, hostname, version} → {nodeId, certificate, authority}, or {code, message}
import type { IncomingMessage, ServerResponse } from 'node:http'
import { PublicError } from '#core/base/errors.ts'
import type { Log } from '#core/base/log.ts'
import type { Enrolment } from './enrol.ts'

/** A request with its CSR is about 1 kB. */
const maxBodyBytes = 8 * 1024

export function createOpenSide(authority: string, enrol: Enrolment, log: Log) {
  async function answer(request: IncomingMessage): Promise<{ status: number; type: string; body: string }> {
    const route = `${request.method} ${request.url}`
    if (route === 'GET /node/v1/ca') return { status: 200, type: 'application/x-pem-file', body: authority }
    if (route !== 'POST /node/v1/enroll') throw new PublicError('not-found', 'Nothing is here.', { status: 404 })
    const enrolled = await enrol(await readJson(request), request.socket.remoteAddress ?? '')
    return { status: 200, type: 'application/json', body: JSON.stringify(enrolled) }
  }

  return function serve(request: IncomingMessage, response: ServerResponse): void {
    answer(request)
      .catch((error: unknown) => refusal(error, log))
      .then(({ status, type, body }) => {
        response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', connection: 'close' })
        response.end(body)
      })
      .catch(() => request.socket.destroy()) // the client is gone
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBodyBytes) throw new PublicError('too-large', `At most ${maxBodyBytes} bytes.`, { status: 413 })
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString())
  } catch {
    throw new PublicError('bad_request', 'JSON was expected.', { status: 400 })
  }
}

function refusal(error: unknown, log: Log): { status: number; type: string; body: string } {
  const known = error instanceof PublicError ? error : undefined
  if (!known) log.error('an enrolment failed', { error })
  const said = {
    code: known?.code ?? 'failed',
    message: known?.message ?? 'The panel failed at this; its log says why.',
  }
  return { status: known?.status ?? 500, type: 'application/json', body: JSON.stringify(said) }
}
