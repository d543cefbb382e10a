// The test bed's OpenID Connect provider, and somebody who signs in there: any name with any password.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { freePort } from './free-port.ts'
import { run, testbed } from './services.ts'

export interface Oidc extends AsyncDisposable {
  readonly issuer: string
  /** Goes through its pages as a browser would; the address it sends the browser back to. */
  signIn(authorizationUrl: string, name: string): Promise<URL>
}

export async function startOidc(redirectUris: readonly string[]): Promise<Oidc> {
  const folder = await run('bash', ['-c', `. "${testbed}/lib.sh" && tb_npm services`], { timeoutMs: 120_000 })
  const port = await freePort()
  const child = spawn('node', [`${folder.trim()}/oidc.mjs`, String(port)], {
    env: { ...process.env, OIDC_REDIRECT_URIS: redirectUris.join(',') },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data', { signal: AbortSignal.timeout(30_000) })
  return {
    issuer: `http://127.0.0.1:${port}`,
    signIn: (url, name) => signIn(url, name, redirectUris),
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}

async function signIn(start: string, name: string, redirectUris: readonly string[]): Promise<URL> {
  const cookies = new Map<string, string>()
  let url = new URL(start)
  let form: URLSearchParams | undefined
  // Sign-in, consent and the redirects between them.
  for (let step = 0; step < 15; step++) {
    if (redirectUris.includes(url.origin + url.pathname)) return url
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([key, value]) => `${key}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: form }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    const location = response.headers.get('location')
    form = undefined
    if (location !== null) {
      url = new URL(location, url)
      continue
    }
    const html = await response.text()
    const action = /<form[^>]*action="([^"]+)"/.exec(html)?.[1]
    const prompt = /name="prompt" value="(\w+)"/.exec(html)?.[1]
    if (!action || !prompt) throw new Error(`the provider shows no form (${response.status}): ${html.slice(0, 500)}`)
    url = new URL(action, url)
    form = new URLSearchParams(prompt === 'login' ? { prompt, login: name, password: 'any' } : { prompt })
  }
  throw new Error('the provider never came to an end')
}
