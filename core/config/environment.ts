// The settings that come from the environment, typed and strict: a wrong value stops the start with one sentence that
// says what was expected and what came.
import { readFileSync } from 'node:fs'
import { isIPv4, isIPv6 } from 'node:net'
import { resolve } from 'node:path'
import { messageOf, PublicError } from '#core/base/errors.ts'
import type { LogLevel } from '#core/base/log.ts'
import { emailSchema, type MailServer } from '#core/domain/mail.ts'
import { type Variable, variables } from './variables.ts'

export interface Environment {
  /** Where the web interface listens. */
  readonly host: string
  readonly port: number
  /** Where nodes dial in; the web interface's host unless given. */
  readonly linkHost: string
  readonly linkPort: number
  /** Absolute. */
  readonly dataDirectory: string
  /** Public address without a slash at the end; undefined: whatever the browser asked for. */
  readonly url: string | undefined
  /** Undefined: the embedded PostgreSQL. Holds a password: never log it. */
  readonly databaseUrl: string | undefined
  /** Made at the first start. */
  readonly owner: { readonly email: string; readonly password: string } | undefined
  /** Absolute; the first start writes an owner's API key there. */
  readonly ownerApiKeyFile: string | undefined
  /** Undefined: what the panel's settings say. Holds a password. */
  readonly mailServer: MailServer | undefined
  /** Undefined: ask. */
  readonly installDocker: boolean | undefined
  readonly logLevel: LogLevel
  /** Addresses and networks of reverse proxies whose X-Forwarded-* headers are believed. */
  readonly trustedProxies: readonly string[]
  /** Requests to the API a minute and key; 0: any number; undefined: the panel's own number. */
  readonly apiPerMinute: number | undefined
  /** Enrolment token of a node's first start. */
  readonly token: string | undefined
  /** STELLAR_* variables that mean nothing, to warn about. Not refused: Kubernetes makes some from service names. */
  readonly unknown: readonly string[]
}

type Variables = Readonly<Record<string, string | undefined>>

/**
 * Throws PublicError `wrong-setting`. Paths are resolved against `cwd`; an empty variable counts as absent. `nameOf`: what
 * a complaint calls a variable, when it was written elsewhere.
 */
export function readEnvironment(
  env: Variables,
  cwd: string = process.cwd(),
  nameOf: (variable: string) => string = (variable) => variable,
): Environment {
  try {
    return read(env, cwd)
  } catch (error) {
    throw error instanceof WrongSetting ? error.named(nameOf(error.variable)) : error
  }
}

function read(env: Variables, cwd: string): Environment {
  const get = (name: Variable): string | undefined => env[name]?.trim() || undefined
  const host = get('STELLAR_HOST') ?? '127.0.0.1'
  return {
    host: address('STELLAR_HOST', host),
    port: port('STELLAR_PORT', get('STELLAR_PORT') ?? '3000'),
    linkHost: address('STELLAR_LINK_HOST', get('STELLAR_LINK_HOST') ?? host),
    linkPort: port('STELLAR_LINK_PORT', get('STELLAR_LINK_PORT') ?? '8443'),
    dataDirectory: resolve(cwd, get('STELLAR_DATA') ?? 'data'),
    url: publicUrl(get('STELLAR_URL')),
    databaseUrl: databaseUrl(secret(env, 'DATABASE_URL', 'DATABASE_URL_FILE', cwd)),
    owner: owner(get('STELLAR_OWNER_EMAIL'), secret(env, 'STELLAR_OWNER_PASSWORD', 'STELLAR_OWNER_PASSWORD_FILE', cwd)),
    ownerApiKeyFile: absolute(cwd, get('STELLAR_OWNER_API_KEY_FILE')),
    mailServer: mailServer(secret(env, 'STELLAR_SMTP_URL', 'STELLAR_SMTP_URL_FILE', cwd), get('STELLAR_MAIL_FROM')),
    installDocker: flag('STELLAR_INSTALL_DOCKER', get('STELLAR_INSTALL_DOCKER')),
    logLevel: logLevel(get('STELLAR_LOG_LEVEL') ?? 'info'),
    trustedProxies: (get('STELLAR_TRUSTED_PROXIES') ?? '')
      .split(',')
      .map((proxy) => proxy.trim())
      .filter((proxy) => proxy !== '')
      .map(trustedProxy),
    apiPerMinute: perMinute(get('STELLAR_API_LIMIT')),
    token: secret(env, 'STELLAR_TOKEN', 'STELLAR_TOKEN_FILE', cwd),
    unknown: Object.keys(env)
      .filter((name) => name.startsWith('STELLAR_') && !name.startsWith('STELLAR_TEST_') && !variables.includes(name))
      .sort(),
  }
}

class WrongSetting extends PublicError {
  readonly variable: string
  readonly #rest: string

  constructor(variable: string, rest: string, name: string, cause: unknown) {
    super('wrong-setting', `${name} ${rest}`, { cause })
    this.variable = variable
    this.#rest = rest
  }

  named(name: string): WrongSetting {
    return new WrongSetting(this.variable, this.#rest, name, this.cause)
  }
}

function wrong(variable: Variable, expected: string, came: string, cause?: unknown): WrongSetting {
  return new WrongSetting(variable, `must be ${expected}; it is ${came}.`, variable, cause)
}

function address(name: Variable, text: string): string {
  if (/^[\w.:-]+$/.test(text)) return text
  throw wrong(name, 'an IP address or host name such as 127.0.0.1', `“${text}”`)
}

function trustedProxy(text: string): string {
  const [, ip = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const longest = isIPv4(ip) ? 32 : isIPv6(ip) ? 128 : -1
  if (Number(bits ?? 0) <= longest) return text
  throw wrong('STELLAR_TRUSTED_PROXIES', 'IP addresses and networks such as 127.0.0.1, 172.16.0.0/12', `“${text}”`)
}

function port(name: Variable, text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : -1
  if (number >= 0 && number <= 65535) return number
  throw wrong(name, 'a port from 0 to 65535, 0 for any free one', `“${text}”`)
}

function perMinute(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,7}$/.test(text)) return Number(text)
  throw wrong('STELLAR_API_LIMIT', 'requests a minute, 0 for any number', `“${text}”`)
}

function publicUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const url = URL.parse(text)
  const plain = url && !url.username && !url.password && !url.search && !url.hash && url.pathname === '/'
  if (url && plain && ['http:', 'https:'].includes(url.protocol)) return url.origin
  throw wrong('STELLAR_URL', 'the panel’s public address such as https://panel.example, without a path', `“${text}”`)
}

/** Its value is never shown: it holds a password. */
function databaseUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const url = URL.parse(text)
  if (url && ['postgres:', 'postgresql:'].includes(url.protocol)) return text
  const came = url ? `one that begins with ${url.protocol}` : 'no URL at all'
  throw wrong('DATABASE_URL', 'a PostgreSQL address such as postgres://user:password@host:5432/name', came)
}

function owner(email: string | undefined, password: string | undefined): Environment['owner'] {
  if (email === undefined && password === undefined) return undefined
  if (email === undefined) throw wrong('STELLAR_OWNER_EMAIL', 'set when STELLAR_OWNER_PASSWORD is', 'not set')
  if (password === undefined) throw wrong('STELLAR_OWNER_PASSWORD', 'set when STELLAR_OWNER_EMAIL is', 'not set')
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw wrong('STELLAR_OWNER_EMAIL', 'an e-mail address', `“${email}”`)
  return { email, password }
}

/** The address is never shown: it holds a password. `smtps:` is TLS, `smtp:` insists on STARTTLS but for `?security=none`. */
function mailServer(text: string | undefined, from: string | undefined): MailServer | undefined {
  if (text === undefined) {
    if (from === undefined) return undefined
    throw wrong('STELLAR_MAIL_FROM', 'absent when STELLAR_SMTP_URL is', 'set')
  }
  const url = URL.parse(text)
  const asked = url?.searchParams.get('security') ?? undefined
  const known = url && ['smtp:', 'smtps:'].includes(url.protocol) && url.hostname !== ''
  if (!known || (asked !== undefined && asked !== 'none'))
    throw wrong('STELLAR_SMTP_URL', 'an address such as smtp://user:password@smtp.example.org:587', 'something else')
  const sender = emailSchema.safeParse(from ?? '')
  if (!sender.success)
    throw wrong('STELLAR_MAIL_FROM', 'an e-mail address such as panel@example.org', `“${from ?? ''}”`)
  const security = url.protocol === 'smtps:' ? 'tls' : asked === 'none' ? 'none' : 'starttls'
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? { tls: 465, starttls: 587, none: 25 }[security] : Number(url.port),
    security,
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    from: sender.data,
  }
}

function flag(name: Variable, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined
  if (text === '0' || text === 'false') return false
  if (text === '1' || text === 'true') return true
  throw wrong(name, '1 or 0', `“${text}”`)
}

function logLevel(text: string): LogLevel {
  switch (text) {
    case 'error':
    case 'warn':
    case 'info':
    case 'debug':
    case 'silent':
      return text
    default:
      throw wrong('STELLAR_LOG_LEVEL', 'error, warn, info, debug or silent', `“${text}”`)
  }
}

function absolute(cwd: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(cwd, path)
}

/** As it is, or from a file as Docker and Kubernetes mount secrets; a line break at the end of the file is not part of it. */
function secret(env: Variables, name: Variable, fileName: Variable, cwd: string): string | undefined {
  const value = env[name] || undefined
  const file = env[fileName]?.trim() || undefined
  if (file === undefined) return value
  if (value !== undefined) throw wrong(fileName, `absent when ${name} is set`, 'set as well')
  const path = resolve(cwd, file)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw wrong(fileName, 'a file that can be read', `${path}: ${messageOf(error)}`, error)
  }
  const content = text.replace(/\r?\n$/, '')
  // A secret of more than 4 kB, or of several lines, is the wrong file.
  if (content === '' || content.length > 4096 || content.includes('\n')) {
    throw wrong(fileName, 'a file with one line of text', `${path} with ${text.length} characters`)
  }
  return content
}
