// One HTTPS exchange with the certificate-less side of the link port: bounded in time and size.
import { request } from 'node:https'
import type { ConnectionOptions } from 'node:tls'
import { PublicError } from '#core/base/errors.ts'
import { explainFailure } from './link-failure.ts'

/** For the whole exchange: connecting, TLS and the answer, over a slow line. */
const deadlineMs = 15_000
const maxAnswerBytes = 64 * 1024

export interface Answer {
  readonly status: number
  readonly body: string
  /** The other end's clock. */
  readonly date: number | undefined
}

export async function ask(
  url: URL,
  { tls, body }: { tls: Pick<ConnectionOptions, 'ca' | 'servername' | 'rejectUnauthorized'>; body?: unknown },
): Promise<Answer> {
  try {
    return await exchange(url, tls, body === undefined ? undefined : JSON.stringify(body))
  } catch (cause) {
    const { sentence, hint } = explainFailure(cause, url.host)
    throw new PublicError('panel-unreachable', sentence, { status: 502, hint, cause })
  }
}

async function exchange(url: URL, tls: ConnectionOptions, body: string | undefined): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const asking = request(url, {
    ...tls,
    agent: false,
    minVersion: 'TLSv1.3',
    method: body === undefined ? 'GET' : 'POST',
    headers:
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    signal: AbortSignal.timeout(deadlineMs),
  })
  asking.once('error', reject)
  asking.once('response', (response) => {
    const chunks: Buffer[] = []
    let size = 0
    response.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxAnswerBytes) asking.destroy(new Error(`an answer of more than ${maxAnswerBytes} bytes`))
      else chunks.push(chunk)
    })
    response.once('error', reject)
    response.once('end', () => {
      const date = Date.parse(response.headers.date ?? '')
      resolve({
        status: response.statusCode ?? 0,
        body: Buffer.concat(chunks).toString(),
        date: Number.isNaN(date) ? undefined : date,
      })
    })
  })
  asking.end(body)
  return await promise
}
