// The passphrase or key file of a backup, as the person at the terminal or a timer's script gives it: never as an argument.
import { readFileSync } from 'node:fs'
import { isatty } from 'node:tty'
import { type BackupSecret, shortestPassphrase } from '#core/backup/key.ts'
import { messageOf } from '#core/base/errors.ts'
import { askSecret } from './ask.ts'
import { usage } from './exit.ts'

export interface SecretValues {
  readonly 'passphrase-file'?: string
  readonly 'key-file'?: string
}

const fewestKeyBytes = 32

/** `purpose` `make` asks twice at a terminal and refuses what is easily guessed. */
export async function backupSecret(values: SecretValues, purpose: 'make' | 'read'): Promise<BackupSecret> {
  const { 'passphrase-file': passphraseFile, 'key-file': keyFile } = values
  if (passphraseFile !== undefined && keyFile !== undefined) {
    throw usage(
      'A backup has a passphrase or a key file, not both.',
      'Leave one of --passphrase-file and --key-file out.',
    )
  }
  if (keyFile !== undefined) return { kind: 'key-file', bytes: keyBytes(keyFile) }
  const text = passphraseFile === undefined ? await askSecret('Passphrase') : firstLine(read(passphraseFile))
  if (purpose === 'make' && text.length < shortestPassphrase) {
    throw usage(
      `The passphrase must have at least ${shortestPassphrase} characters; it has ${text.length}.`,
      'Whoever has the backup can try as many as they like: several words are best.',
    )
  }
  if (purpose === 'make' && passphraseFile === undefined && isatty(0) && (await askSecret('The same again')) !== text) {
    throw usage('The two passphrases differ.', 'Nothing was made.')
  }
  return { kind: 'passphrase', text }
}

/** Without the line break at its end, which editors add. */
function keyBytes(path: string): Buffer {
  const bytes = Buffer.from(
    read(path)
      .toString('latin1')
      .replace(/\r?\n$/, ''),
    'latin1',
  )
  if (bytes.length >= fewestKeyBytes) return bytes
  throw usage(
    `The key file ${path} must have at least ${fewestKeyBytes} bytes; it has ${bytes.length}.`,
    'Make one with: openssl rand -base64 48',
  )
}

function firstLine(bytes: Buffer): string {
  return bytes.toString().split(/\r?\n/, 1)[0] ?? ''
}

/** `-` is standard input. Not by the name /dev/stdin, which cannot be opened when that is a socket. */
function read(path: string): Buffer {
  try {
    return readFileSync(path === '-' ? 0 : path)
  } catch (error) {
    throw usage(`${path} cannot be read: ${messageOf(error)}.`, undefined, error)
  }
}
