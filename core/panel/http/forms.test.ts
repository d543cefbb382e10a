import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { InvalidInput } from '#core/base/errors.ts'
import { fieldErrors, formValues, group, parse } from './forms.ts'
import type { AppEnv } from './types.ts'

const app = new Hono<AppEnv>().post('/', async (c) => c.json({ ...(await formValues(c)) }))
app.onError((error, c) => c.json({ error: error.message }, 400))

const post = async (body: BodyInit, headers: Record<string, string> = {}) => {
  const response = await app.request('/', { method: 'POST', body, headers })
  return { status: response.status, values: (await response.json()) as Record<string, string> }
}

describe('a form', () => {
  test('keeps what was typed by field name, the last value of a name counting', async () => {
    const { values } = await post(
      new URLSearchParams([
        ['on', 'false'],
        ['on', 'true'],
        ['name', ' Ada '],
      ]),
    )
    expect(values).toEqual({ on: 'true', name: ' Ada ' })
  })

  test('treats __proto__ as a field like any other', async () => {
    const { values } = await post(new URLSearchParams({ '__proto__.admin': 'yes', __proto__: 'x' }))
    expect(Object.entries(values)).toContainEqual(['__proto__.admin', 'yes'])
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined()
  })

  test('refuses files and more fields than any page has', async () => {
    const file = new FormData()
    file.set('icon', new File(['x'], 'x.png'))
    expect((await post(file)).values['error']).toContain('not files')
    const many = new URLSearchParams(Array.from({ length: 501 }, (_, i) => [`f${i}`, '']))
    expect((await post(many)).values['error']).toContain('500')
  })

  test('is empty when something else than a form was sent', async () => {
    expect((await post('{"name":"x"}', { 'content-type': 'application/json' })).values).toEqual({})
  })

  test('groups fields by prefix', () => {
    expect({ ...group({ 'variables.A': '1', 'variables.B.C': '2', other: '3' }, 'variables') }).toEqual({
      A: '1',
      'B.C': '2',
    })
  })
})

describe('checking values', () => {
  const schema = z.object({
    name: z.string().min(1, 'Give a name.'),
    ports: z.object({ game: z.coerce.number('A number.') }),
  })

  test('gives one sentence a field under its dotted name', () => {
    try {
      parse(schema, { name: '', ports: { game: 'x' } })
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidInput)
      expect((error as InvalidInput).fields).toEqual({ name: 'Give a name.', 'ports.game': 'A number.' })
    }
  })

  test('keeps the first complaint about a field', () => {
    const twice = z.string().min(3, 'Longer.').regex(/x/, 'With x.')
    const result = z.object({ a: twice }).safeParse({ a: 'y' })
    expect(result.error && fieldErrors(result.error)).toEqual({ a: 'Longer.' })
  })
})
