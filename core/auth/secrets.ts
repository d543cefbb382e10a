// Encryption of what the panel must be able to read again: AES-256-GCM with a key that lies outside the database.

/** What core/panel/context.ts calls Secrets. */
export interface SecretBox {
  encrypt(plain: string): string
  decrypt(sealed: string): string
}

export interface SecretsOptions {
  /** `$STELLAR_DATA`; the key is made in `panel/secret.key`, mode 0600, unless the environment brings one. */
  readonly dataDirectory: string
  /** STELLAR_SECRET_KEY or STELLAR_SECRET_KEY_FILE: 32 bytes as base64 or hex. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

export function openSecrets(_options: SecretsOptions): Promise<SecretBox> {
  throw new Error('Not there yet.')
}
