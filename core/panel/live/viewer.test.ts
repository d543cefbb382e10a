// A page's stream: bounded, and whole again after it fell behind.
import { expect, test } from 'vitest'
import type { LiveViewer } from '#core/panel/context.ts'
import { noRights } from '#core/permissions/rights.ts'
import { encodeEvent } from './event.ts'
import { openViewer } from './viewer.ts'

const actor = {
  userId: 'u',
  name: 'Ada',
  isOwner: true,
  rights: noRights,
  via: 'session',
  address: undefined,
  requestId: undefined,
} as const
const who: LiveViewer = { actor, sessionId: 's', topic: { kind: 'servers' } }

function opened() {
  const state = { now: 0, rooms: 0, gone: 0 }
  const viewer = openViewer(who, { now: () => state.now, onRoom: () => state.rooms++, onGone: () => state.gone++ })
  return { viewer, state, reader: viewer.stream.getReader() }
}
const event = (bytes: number) => encodeEvent(1, 'x'.repeat(bytes))

test('a page that does not read is skipped beyond its buffer, and asks for everything when it reads again', async () => {
  const { viewer, state, reader } = opened()
  viewer.sendAll(event(10))
  const sent = Array.from({ length: 1000 }, () => viewer.send(event(10_000))).filter(Boolean).length
  expect(sent).toBeLessThanOrEqual(7)
  expect(viewer.needsAll).toBe(false)

  for (let count = 0; count <= sent; count++) await reader.read()
  expect(state.rooms).toBe(1)
  expect(viewer.needsAll).toBe(true)
  viewer.sendAll(event(20))
  expect(viewer.needsAll).toBe(false)
  expect((await reader.read()).value).toEqual(event(20))
})

test('a page that reads nothing for half a minute has stalled; one that reads has not', async () => {
  const { viewer, state, reader } = opened()
  viewer.sendAll(event(70_000))
  state.now = 29_000
  expect(viewer.stalled(state.now)).toBe(false)
  state.now = 31_000
  expect(viewer.stalled(state.now)).toBe(true)
  await reader.read()
  expect(viewer.stalled(state.now)).toBe(false)
})

test('a page that leaves is reported once, and nothing is sent to it', async () => {
  const { viewer, state, reader } = opened()
  await reader.cancel()
  viewer.close()
  viewer.sendAll(event(10))
  expect(state.gone).toBe(1)
})

test('line breaks of every kind stay within an event', () => {
  const text = new TextDecoder().decode(encodeEvent(7, 'a\r\n\r\nevent: x\rdata: y\n', 'stats'))
  expect(text).toBe('id: 7\nevent: stats\ndata: a\ndata: \ndata: event: x\ndata: data: y\ndata: \n\n')
})
