// Passwords: argon2id, stored as PHC strings, computed off the main loop.

/** `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export function hashPassword(_password: string): Promise<string> {
  throw new Error('Not there yet.')
}

/** With `undefined` for an account that does not exist it takes as long and says no. */
export function verifyPassword(_hash: string | undefined, _password: string): Promise<boolean> {
  throw new Error('Not there yet.')
}
