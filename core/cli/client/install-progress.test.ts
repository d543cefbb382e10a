import { afterEach, expect, test, vi } from 'vitest'
import type { Api } from './api.ts'
import { openProgress } from './install-progress.ts'
import type { Install, Server } from './shapes.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const step = (name: string): Partial<Install> => ({ steps: [{ name, state: 'running' }] })
const layers = [
  { status: 'done', current: 40_000_000, total: 40_000_000 },
  { status: 'downloading', current: 10_000_000, total: 60_000_000 },
]

/** A panel whose installation is, one look after the other, at these points; and what is written about it. */
function installing(terminal: boolean, points: readonly Partial<Install>[]) {
  const written: string[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean(written.push(String(text))))
  Object.defineProperty(process.stderr, 'isTTY', { value: terminal, configurable: true })
  const waiting = [...points]
  const get = async () => ({ state: 'installing', steps: [], layers: [], log: [], reason: null, ...waiting.shift() })
  return { written, progress: openProgress({ get } as unknown as Api, 'an-id') }
}

test('is a line for each step where there is no terminal', async () => {
  const { written, progress } = installing(false, [step('pull'), { ...step('pull'), layers }, step('script'), {}])
  for (let look = 0; look < 4; look++) await progress.look()
  progress.say('starting')
  expect(written).toEqual(['pulling the image\n', 'running the installation\n', 'starting\n'])
})

test('is one line that changes on a terminal, with what is pulled, and is gone at the end', async () => {
  const { written, progress } = installing(true, [step('pull'), { ...step('pull'), layers }])
  await progress.look()
  await progress.look()
  progress[Symbol.dispose]()
  expect(written).toEqual([
    '\r\u001b[2Kpulling the image',
    '\r\u001b[2Kpulling the image · 50 MB of 100 MB · 1 of 2 layers',
    '\r\u001b[2K',
  ])
})

test('a failure shows the last lines, and says why', async () => {
  const { written, progress } = installing(false, [
    { log: ['fetching', '\u001b]0;title\u0007no space'], reason: 'It ended with 1.' },
  ])
  await expect(progress.failed({ name: 'Skyforge' } as Server)).rejects.toMatchObject({
    exit: 1,
    code: 'install-failed',
    message: 'Skyforge could not be installed: It ended with 1.',
  })
  expect(written).toEqual(['  fetching\n', '  no space\n'])
})
