// Why a port could not be opened, as one sentence for the person who started the program.
import { PublicError } from './errors.ts'

export interface Place {
  /** Who listens, at the start of a sentence: “The panel”. */
  readonly who: string
  readonly host: string
  readonly port: number
  /** The settings that name them. */
  readonly hostSetting: string
  readonly portSetting: string
}

export function cannotListen(cause: unknown, { who, host, port, hostSetting, portSetting }: Place): PublicError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const sentence = `${who} cannot listen on ${host.includes(':') ? `[${host}]` : host}:${port}`
  switch (code) {
    case 'EADDRINUSE':
      return new PublicError('port-in-use', `${sentence}: another program uses this port.`, {
        hint: `Stop that program, or set ${portSetting} to another number.`,
        cause,
      })
    case 'EACCES':
      return new PublicError('port-forbidden', `${sentence}: the system does not allow it.`, {
        hint: `Ports below 1024 need privileges. Set ${portSetting} to a larger number.`,
        cause,
      })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new PublicError('host-unknown', `${sentence}: this machine has no such address.`, {
        hint: `Set ${hostSetting} to 127.0.0.1, to 0.0.0.0 for all addresses, or to an address of this machine.`,
        cause,
      })
    default:
      return new PublicError('cannot-listen', `${sentence}.`, { cause })
  }
}
