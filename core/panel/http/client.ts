// The program at the other end, as use cases are told of it before anybody is signed in.
import type { Client } from '#core/panel/accounts/sign-in.ts'
import type { AppContext } from './types.ts'

export function clientOf(c: AppContext): Client {
  return { address: c.get('address'), userAgent: c.req.header('user-agent'), requestId: c.get('requestId') }
}
