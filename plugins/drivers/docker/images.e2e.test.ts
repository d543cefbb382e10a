import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ImageSources, PullProgress } from '#core/plugins/contributions.ts'
import { registryHost, run, testbed, withoutTestbed } from '#core/testing/services.ts'
import { openEngine } from './engine.ts'
import { findImage, pullImage } from './images.ts'
import { defaultSocketPath } from './machine.ts'

const engine = openEngine(defaultSocketPath)
const signal = () => AbortSignal.timeout(60_000)
const nothing: ImageSources = { mirrors: [], logins: [] }
/** Exists nowhere but behind the mirror. */
const image = 'docker.io/stellar-images-test/tb-base:latest'
const mirror = { from: 'docker.io/stellar-images-test/', to: `${registryHost}/` }

describe.skipIf(withoutTestbed)('pulling images (needs the test bed)', () => {
  afterEach(async () => {
    for (const name of [image, '127.0.0.1:5001/private/base:latest'])
      await engine
        .getImage(name)
        .remove()
        .catch(() => undefined)
  })

  it('asks the mirror and gives the image the name that the blueprint uses', async () => {
    const seen: PullProgress[] = []
    await pullImage(
      engine,
      image,
      { mirrors: [mirror], logins: [] },
      { always: false },
      (progress) => seen.push(progress),
      signal(),
    )
    expect(await findImage(engine, image)).toBeDefined()
    expect(seen.at(-1)?.layers.every(({ status }) => status === 'done')).toBe(true)
  })

  it('does not ask again for what is here', async () => {
    await pullImage(engine, image, { mirrors: [mirror], logins: [] }, { always: false }, () => {}, signal())
    const unreachable = { from: 'docker.io/', to: '127.0.0.1:1/' }
    await pullImage(engine, image, { mirrors: [unreachable], logins: [] }, { always: false }, () => {}, signal())
  })

  it('takes an older image when the registry is away and a newer one was asked for', async () => {
    await pullImage(engine, `${registryHost}/tb-base:latest`, nothing, { always: true }, () => {}, signal())
    const unreachable = { from: `${registryHost}/`, to: '127.0.0.1:1/' }
    const sources = { mirrors: [unreachable], logins: [] }
    await pullImage(engine, `${registryHost}/tb-base:latest`, sources, { always: true }, () => {}, signal())
  })

  it('says which image could not be pulled, from where, and why', async () => {
    await expect(
      pullImage(
        engine,
        'docker.io/stellar-images-test/nothing:1',
        { mirrors: [mirror], logins: [] },
        { always: false },
        () => {},
        signal(),
      ),
    ).rejects.toMatchObject({
      code: 'image-pull-failed',
      message: expect.stringMatching(/docker\.io\/stellar-images-test\/nothing:1.*127\.0\.0\.1:5000\/nothing:1/),
    })
  })

  it('stops when it is called off', async () => {
    const calledOff = AbortSignal.abort(new Error('called off'))
    await expect(
      pullImage(engine, image, { mirrors: [mirror], logins: [] }, { always: false }, () => {}, calledOff),
    ).rejects.toThrow('called off')
    expect(await findImage(engine, image)).toBeUndefined()
  })

  describe('from a registry that wants a sign-in', () => {
    const wanted = '127.0.0.1:5001/private/base:latest'
    const login = { registry: '127.0.0.1:5001', username: 'puller', password: 'pull-secret' }

    beforeAll(async () => {
      await run(join(testbed ?? '', 'services/registry-auth.sh'), ['start'], { timeoutMs: 120_000 })
    }, 150_000)

    it('is refused without one, and told where to enter it', async () => {
      await expect(pullImage(engine, wanted, nothing, { always: false }, () => {}, signal())).rejects.toMatchObject({
        hint: expect.stringContaining('sign-in'),
      })
    })

    it('gets the image with one', async () => {
      await pullImage(engine, wanted, { mirrors: [], logins: [login] }, { always: false }, () => {}, signal())
      expect(await findImage(engine, wanted)).toBeDefined()
    })
  })
})
