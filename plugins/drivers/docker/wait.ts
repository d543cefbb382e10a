// Waiting for a container to end. The engine sends the head of its answer at once and the rest at the end; dockerode's
// own `wait` never settles when the engine dies in between (as of 5.0.1), so the answer is read as a stream here.
import { Readable } from 'node:stream'
import type { Engine } from './engine.ts'

export async function waitForEnd(
  engine: Engine,
  id: string,
  condition: 'not-running' | 'next-exit',
  signal: AbortSignal,
): Promise<void> {
  const answer = await new Promise<Readable>((resolve, reject) => {
    const request = {
      path: `/containers/${id}/wait?`,
      method: 'POST',
      isStream: true,
      abortSignal: signal,
      statusCodes: { 200: true, 404: 'no such container', 500: 'server error' },
      options: { condition },
    }
    engine.modem.dial(request, (error, stream) => {
      if (stream instanceof Readable) resolve(stream)
      else reject(error ?? new Error('the engine gave no stream'))
    })
  })
  let text = ''
  for await (const chunk of answer) text += chunk.toString()
  // An engine that stops cuts the answer short.
  if (!text.includes('StatusCode')) throw new Error('the engine stopped waiting before the container ended')
}
