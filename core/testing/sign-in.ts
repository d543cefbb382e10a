// A session for the bench, got as a browser gets it.
import { owner } from '#core/testing/stellar.ts'

/** The cookie to send. */
export async function signIn(url: string): Promise<string> {
  const response = await fetch(`${url}/sign-in`, {
    method: 'POST',
    headers: { origin: url },
    body: new URLSearchParams(owner),
    redirect: 'manual',
    signal: AbortSignal.timeout(30_000),
  })
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0] ?? '')
    .find((pair) => pair.includes('session'))
  if (!cookie) throw new Error(`Signing in was answered with ${response.status} and no session`)
  return cookie
}
